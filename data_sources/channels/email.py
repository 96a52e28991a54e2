"""E-mail: plain text handed to the site's own mail server."""

from __future__ import annotations

import hashlib
import smtplib
import ssl
from collections.abc import Sequence
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from email.utils import formatdate

from data_sources.channels.message import GiveUp, Message, TryAgain, lines_of, short, title_of
from data_sources.channels.settings import Channel, Smtp
from data_sources.channels.wording import clean


class Email:
    """Sends by SMTP, one connection a mail: mails are few, and an idle connection times out."""

    def __init__(self, channel: Channel) -> None:
        assert channel.smtp is not None
        self._channel, self._smtp = channel, channel.smtp
        self._tls = ssl.create_default_context(cafile=channel.ca_file or None)

    def send(self, messages: Sequence[Message]) -> str:
        """Send one mail; return a remark if some of its recipients were refused, else ""."""
        mail = compose(messages, self._smtp, self._channel.lang)
        try:
            with self._connect() as server:
                if self._smtp.security == "starttls":
                    server.starttls(context=self._tls)
                if self._smtp.user:
                    server.login(self._smtp.user, self._channel.secret)
                refused = server.send_message(mail, self._smtp.sender, self._smtp.recipients)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            reason = f"every recipient was refused ({', '.join(map(str, sorted(set(codes))))})"
            words = short(next(iter(error.recipients.values()))[1])
            if any(400 <= code < 500 for code in codes):
                raise TryAgain(reason, words=words) from None
            raise GiveUp(reason, words=words) from None
        except smtplib.SMTPAuthenticationError as error:
            words = short(error.smtp_error)
            if error.smtp_code >= 500:
                raise GiveUp(f"login refused ({error.smtp_code})", words=words) from None
            reason = f"login not possible now ({error.smtp_code})"
            raise TryAgain(reason, busy=True, words=words) from None
        except smtplib.SMTPResponseException as error:
            reason, words = f"SMTP {error.smtp_code}", short(error.smtp_error)
            if error.smtp_code >= 500:
                raise GiveUp(reason, words=words) from None
            raise TryAgain(reason, busy=error.smtp_code == 421, words=words) from None
        except smtplib.SMTPNotSupportedError:
            raise GiveUp(f"the server offers no {self._smtp.security} or no login") from None
        except smtplib.SMTPServerDisconnected:
            raise TryAgain("the connection broke; it may have arrived", answered=False) from None
        except ssl.SSLError:
            reason = "TLS: the certificate or the connection was not accepted"
            raise TryAgain(reason, answered=False) from None
        except TimeoutError:
            raise TryAgain("no answer in time; it may have arrived", outage=True) from None
        except OSError:
            raise TryAgain("no connection: refused or unreachable", outage=True) from None
        return (
            f"{len(refused)} of {len(self._smtp.recipients)} recipients refused" if refused else ""
        )

    def _connect(self) -> smtplib.SMTP:
        host, port, timeout = self._smtp.host, self._smtp.port, self._channel.timeout
        if self._smtp.security == "ssl":
            return smtplib.SMTP_SSL(host, port, timeout=timeout, context=self._tls)
        return smtplib.SMTP(host, port, timeout=timeout)

    def close(self) -> None:
        """Does nothing: no connection is kept open."""


def compose(messages: Sequence[Message], smtp: Smtp, lang: str) -> EmailMessage:
    """The mail. Its Message-ID is made of the notices' ids, so that a repeat can be recognised."""
    mail = EmailMessage(policy=POLICY)
    ids = [message.notice.id for message in messages]
    digest = hashlib.sha256("\n".join(ids).encode()).hexdigest()[:40]
    mail["From"], mail["To"] = smtp.sender, ", ".join(smtp.recipients)
    title = title_of(messages, lang).strip()
    mail["Subject"] = (
        title if len(messages) > 1 else f"{title} {clean(messages[0].notice.event_id)}"
    )
    mail["Date"] = formatdate()
    mail["Message-ID"] = f"<{digest}@{smtp.sender.rpartition('@')[2]}>"
    # keeps out-of-office replies away
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content("\n\n".join([*lines_of(messages), "-- ", *ids]) + "\n")
    return mail
