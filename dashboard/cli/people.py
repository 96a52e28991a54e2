"""Accounts from the command line: `gridwall people add|list|role|area|disable|…`.

A user who can run this on the server can do everything with accounts; the first administrator is
created here. A password is prompted for without echo, or read from standard input; it is never an
argument.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from dashboard.cli.options import AsJson, City, url_of
from dashboard.config.settings import load

if TYPE_CHECKING:
    from dashboard.web.people.accounts import Accounts
    from dashboard.web.people.model import Person
    from data_sources.accounts.people import Account

app = typer.Typer()
people = typer.Typer(help="人员 People: who may sign in.", no_args_is_help=True)
app.add_typer(people, name="people")

Name = Annotated[str, typer.Argument(help="用户名 user name")]
RoleOf = Annotated[str, typer.Argument(help="viewer | operator | manager | administrator")]
Stdin = Annotated[
    bool, typer.Option("--password-stdin", help="从标准输入读密码 read it from standard input")
]
Keep = Annotated[bool, typer.Option("--keep", help="不必改密码 no change of password at sign-in")]


@people.command()
def add(
    name: Name,
    role: Annotated[str, typer.Option(help="viewer | operator | manager | administrator")],
    area: Annotated[str, typer.Option(help="辖区代码 a place's code; none: whole city")] = "",
    stdin: Stdin = False,
    keep: Keep = False,
    city: City = None,
) -> None:
    """新建 Create an account; prompts for the password."""
    with _accounts(city) as (accounts, by):
        made = accounts.add(by, name, role, area, _password(stdin), keep=keep)
    typer.echo(f"已建立 added: {made.name}  {made.role}  {made.area or '全市 whole city'}")


@people.command("list")
def list_(as_json: AsJson = False, city: City = None) -> None:
    """列表 Every account: role, area, state, last sign-in."""
    import msgspec

    from dashboard.web.people.accounts import as_row

    with _accounts(city) as (accounts, _):
        seen = accounts.people.seen()
        rows = [as_row(one, seen) for one in accounts.people.all()]
    for row in rows:
        state = "已停用 disabled" if row["disabled"] else "正常 active"
        where = row["area"] or "全市 whole city"
        line = f"{row['name']}  {row['role']}  {where}  {state}  {row['how']}"
        typer.echo(msgspec.json.encode(row) if as_json else line)
    if not rows and not as_json:
        typer.echo("无 none")


@people.command()
def role(name: Name, role: RoleOf, city: City = None) -> None:
    """角色 Change the role; signs the user out."""
    with _accounts(city) as (accounts, by):
        accounts.change(by, name, role, _account(accounts, name).area)
    typer.echo(f"{name}: {role}")


@people.command()
def area(
    name: Name,
    area: Annotated[str, typer.Argument(help='辖区代码 a code; "" for the whole city')],
    city: City = None,
) -> None:
    """辖区 Change the area; signs the user out."""
    with _accounts(city) as (accounts, by):
        accounts.change(by, name, _account(accounts, name).role, area)
    typer.echo(f"{name}: {area or '全市 whole city'}")


@people.command()
def disable(name: Name, city: City = None) -> None:
    """停用 Block an account and end its sessions."""
    with _accounts(city) as (accounts, by):
        accounts.disable(by, name)
    typer.echo(f"已停用 disabled: {name}")


@people.command()
def enable(name: Name, city: City = None) -> None:
    """恢复 Let an account sign in again."""
    with _accounts(city) as (accounts, by):
        accounts.enable(by, name)
    typer.echo(f"已恢复 enabled: {name}")


@people.command()
def password(name: Name, stdin: Stdin = False, keep: Keep = False, city: City = None) -> None:
    """密码 Set a password; signs the user out."""
    with _accounts(city) as (accounts, by):
        accounts.reset(by, name, _password(stdin), keep=keep)
    typer.echo(f"已重设 reset: {name}")


@people.command()
def end(name: Name, city: City = None) -> None:
    """退出 Sign the user out everywhere."""
    with _accounts(city) as (accounts, by):
        accounts.end(by, name)
    typer.echo(f"已退出 signed out: {name}")


@people.command()
def remove(name: Name, city: City = None) -> None:
    """删除 Remove an account for good; the audit record keeps the name."""
    with _accounts(city) as (accounts, by):
        accounts.remove(by, name)
    typer.echo(f"已删除 removed: {name}")


@contextmanager
def _accounts(city: str | None) -> Iterator[tuple["Accounts", "Person"]]:
    from dashboard.config import cities
    from dashboard.processes.connect import redis_session
    from dashboard.web.people.accounts import COMMAND, Accounts
    from dashboard.web.people.model import Person, Role
    from data_sources.accounts.people import People
    from data_sources.store.connection import connect

    settings = load(city=city)
    known = cities.load(settings.city).places.__contains__
    with redis_session(settings) as settings, connect(url_of(settings)) as r:
        by = Person("command line", Role.ADMINISTRATOR, how=COMMAND)
        yield Accounts(People(r), known), by


def _account(accounts: "Accounts", name: str) -> "Account":
    from dashboard.web.people.accounts import AccountError

    if (found := accounts.people.get(name)) is None:
        raise AccountError("name", "unknown")
    return found


def _password(stdin: bool) -> str:
    if stdin:
        return sys.stdin.readline().rstrip("\r\n")
    given: str = typer.prompt("密码 password", hide_input=True, confirmation_prompt=True)
    return given
