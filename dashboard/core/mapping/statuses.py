"""What the words of a status column mean: open, closed or rejected. Pure.

Closed is solved or finished, whatever the outcome, also as a duplicate or handed on; rejected
is cancelled or refused; open is what waits, is on its way, or is not finished yet. The first part
of a status decides: "Closed (Duplicate)", "Open - Referred". A word that is none of ours means
nothing: it is asked for, never guessed.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from dashboard.core.mapping.names import words_of

State = Literal["open", "closed", "rejected"]


def _terms(text: str) -> tuple[str, ...]:
    return tuple(term.strip() for term in text.replace("\n", " ").split(",") if term.strip())


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


#: Latin words by their beginning, after `words_of`: "clos" is close, closed, closing
_LATIN: dict[State, tuple[str, ...]] = {
    "rejected": _terms("""
        canc, cancel, reject, refus, denied, deny, declin, invalid, void, withdraw, withdrawn,
        inadmiss, not accepted, not our, spam, rescind, dismiss, anulad, cancelad, rechazad,
        desestimad, denegad, desistid, improcedente, no procede, no corresponde, rechazo,
        indeferid, recusad, nao procede, arquivado sem, desistencia, rejeitad, negad, annul,
        supprim, efface, rejet, irrecevable, non recevable, sans objet, abandonn, decline,
        abgelehnt, abgewiesen, storniert, zuruckgezogen, zuruckgewiesen, ungultig, unzulassig,
        verworfen, nicht zustandig, rifiutat, respint, annullat, non accolt, non ammess,
        rigettat, scartat, geannuleerd, afgewezen, ingetrokken, geweigerd, niet ontvankelijk,
        ongeldig
    """),
    "closed": _terms("""
        close, closed, closing, complet, resol, resolv, solved, done, finish, fixed, archiv,
        duplicate, dup, answered, settled, ended, satisfied, fulfilled, transferred, referred,
        internal referral, no further action, action taken, work done, already, not responsible,
        unable to fix, conclu, corrected, abated, removed, repaired, processed, merged, serviced,
        final, cleared, delivered, no violation, unfounded, inactive, abandon, expired, cerrad,
        resuelt, finalizad, terminad, solucionad, atendid, concluid, respondid, cumplid,
        completad, ejecutad, archivad, derivado y cerrado, realizad, contestad, fechad, encerrad,
        resolvid, atendida, executad, respondida, concluido, concluida, arquivad, solucionada,
        clos, clotur, resolu, traite, termine, acheve, ferme, realise, archive, repondu,
        effectue, regle, solutionn, erledigt, bearbeitet, geschlossen, abgeschlossen, gelost,
        geloest, beendet, fertig, behoben, beantwortet, archiviert, umgesetzt, beseitigt,
        geklart, duplikat, chius, risolt, conclus, completat, evas, terminat, eseguit, archiviat,
        definit, lavorat, afgehandeld, gesloten, opgelost, afgerond, voltooid, gereed, klaar,
        beeindigd, afgesloten, gearchiveerd, verholpen
    """),
    "open": _terms("""
        open, opened, new, pending, in progress, progress, assig, assign, acknowledg, received,
        submitted, started, waiting, wait, on hold, hold, scheduled, planned, in review, review,
        reviewing, investigat, under, active, accepted, confirmed, dispatched, processing, draft,
        reopen, unassigned, ongoing, on going, working, work in, initiated, created, logged,
        queued, registered, deferred, awaiting, to do, todo, action scheduled, action planned,
        inspection, recorded, escalated, outstanding, unresolved, incomplete, email sent,
        ready to, unconfirmed, referred to, approved, approv, enroute, en route, on site,
        more info, need, require, partial, suspended, backlog, abiert, en proceso, en curso,
        en tramite, tramite, pendiente, nuev, ingresad, asignad, recibid, iniciad, en espera,
        derivad, en gestion, en ejecucion, registrad, programad, reabiert, en revision,
        en estudio, activ, creado, en atencion, proceso, abert, em andamento, andamento, aguard,
        pendente, nov, em analise, analise, em atendimento, encaminhad, em execucao,
        em tramitacao, reabert, recebid, vencid, em processamento, tramitacao, programada,
        cadastrad, agendad, ouvert, en cours, nouveau, nouvelle, attente, a traiter, affect,
        assigne, enregistre, recu, planifi, pris en charge, prise en charge, transmis,
        prise en compte, en traitement, programme, signale, valide, creee, cree, offen,
        in bearbeitung, bearbeitung, neu, eingegangen, angenommen, weitergeleitet, in arbeit,
        geplant, zugewiesen, gemeldet, wartend, warten, ausstehend, begonnen, wiedereroffnet,
        in prufung, prufung, erfasst, beauftragt, unbearbeitet, zuruckgestellt, ubermittelt,
        zur kenntnis, apert, in corso, in lavorazione, lavorazione, nuov, attesa, assegnat,
        pres in carico, in carico, inoltrat, ricevut, in gestione, gestione, riapert, programmat,
        in verifica, inviat, acquisit, nieuw, openstaand, in behandeling, behandeling, gemeld,
        in afwachting, ingepland, gepland, doorgezet, ontvangen, toegewezen, heropend, lopend,
        in uitvoering, te doen
    """),
}
#: what turns a word for closed into open
_NOT = _terms(
    """
        not, no, non, nao, sin, sem, nicht, niet, un, yet to be, to be, pas, ohne, zu, wird, da,
        por, pour
    """
)
#: what a status begins with that goes on, whatever follows: "pending - to be closed"
_STILL = frozenset(
    _words("""
        open offen pending awaiting waiting new en em in abierto aberto ouvert aperto reopened
        under aguardando attente pendiente pendente referred ready on partially
    """)
)
#: Chinese, Japanese, Korean, within the text; the longest that fits decides
_EAST: dict[State, tuple[str, ...]] = {
    "rejected": _terms("""
        不予受理, 不予立案, 不受理, 未受理退回, 撤销, 撤銷, 撤诉, 撤訴, 撤回, 撤单, 作废, 作廢,
        退件, 驳回, 駁回, 取消, 拒绝, 拒絕, 无效, 無效, 不立案, 不成案, 非权责, 不屬, 废弃,
        已退单, 终止, 註銷, 注销, 不受, 却下, 取下げ, 取下, 無効, 中止, 不採択, 対象外, 취소,
        반려, 불가, 철회, 기각, 거부, 무효, 취하
    """),
    "closed": _terms("""
        办结, 辦結, 已办, 已辦, 结案, 結案, 完结, 完結, 已完成, 完成, 已回复, 已回覆, 已答复,
        已答覆, 已解决, 已解決, 解决, 完工, 归档, 歸檔, 关闭, 關閉, 已处理, 已處理, 处理完毕,
        處理完畢, 办理完毕, 已处置, 处置完成, 已评价, 已回访, 评价完成, 办毕, 已反馈, 已结束,
        结束, 已修复, 已改善, 已销案, 销案, 已核查, 回复完成, 已結, 已结, 已办复, 已移送,
        重複案件, 重复件, 合并, 併案, 完了, 対応済, 解決済, 解決, 済, 終了, 回答済, 処理済,
        クローズ, 完了済, 対応完了, 処理完了, 修繕済, 완료, 처리완료, 종결, 해결, 답변완료,
        처리됨, 종료, 조치완료, 이송완료, 이첩
    """),
    "open": _terms("""
        未办结, 未辦結, 未完成, 未完结, 未结案, 未結案, 未解决, 未解決, 未处理, 未處理, 未回复,
        未回覆, 未答复, 未关闭, 未结, 未完工, 待, 处理中, 處理中, 办理中, 辦理中, 进行中, 進行中,
        处置中, 已受理, 受理中, 受理, 已派单, 已派, 派单, 已分派, 已转办, 转办, 已转派, 交办,
        已交办, 已签收, 签收, 立案, 已登记, 登记, 已上报, 新建, 新增, 在办, 正在, 审核, 審核,
        挂账, 挂起, 延期, 申请延期, 暂缓, 流转, 跟进, 超期, 逾期未, 督办, 回访中, 核查中, 复核,
        返工, 重办, 施工中, 已分流, 已分案, 查處中, 退回重办, 未开始, 未读, 新案件, 办理, 在途,
        未対応, 未処理, 未完了, 対応中, 処理中, 受付, 受付済, 確認中, 調査中, 検討中, 新規, 着手,
        保留, 対応予定, 予定, 確認済, 進捗中, 依頼済, 依頼中, 未着手, オープン, 継続, 접수,
        처리중, 진행중, 진행, 대기, 검토중, 미처리, 미완료, 처리예정, 배정, 신규, 보류, 조치중,
        답변대기, 확인중, 담당자지정, 이관
    """),
}
_HAN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_HEAD = re.compile(r"\s*[(（\[:：/]|\s+[-–—]\s+")
_DOUBLES = (("duplicate",), ("duplicated",), ("dup",), ("doublon",), ("duplikat",))
#: words that state that nothing is known
_NOTHING = frozenset(("unknown", "n a", "na", "none", "null", "undefined", "unbekannt", "inconnu"))
#: flags of a column that asks "is it closed?"
YES = frozenset(
    _words("""
        true yes y 1 是 si sim oui ja vrai wahr 예 はい t
    """)
)
NO = frozenset(
    _words("""
        false no n 0 否 nao non nein nee faux falsch 아니오 いいえ f
    """)
)


@lru_cache(maxsize=4096)
def state_of(word: str) -> State | None:
    """What a status means; None for a blank or unknown one."""
    word = word.strip()
    if not word:
        return None
    head = _HEAD.split(word, maxsplit=1)[0].strip()
    if head and head != word and (found := _state(head)) is not None:
        if found == "closed" and words_of(head)[:1] in _DOUBLES:
            # "Duplicate (open)" waits with the event that it repeats
            return _state(word[len(head) :]) or found
        return found
    return _state(word)


def _state(word: str) -> State | None:
    if _HAN.search(word):
        return _eastern(word)
    words = words_of(word)
    text = " ".join(words)
    if not text:
        return None
    found: list[tuple[int, int, State]] = []
    for state, terms in _LATIN.items():
        for term in terms:
            at = _begins(text, term)
            if at is not None:
                found.append((at, -len(term), state))
    if not found:
        return None
    at, _, state = min(found)
    if state == "closed" and _negated(text[:at]):
        return "open"
    # "refused" decides wherever it is, unless the status begins with closed: "work cancelled"
    if state == "open" and any(s == "rejected" for _, _, s in found):
        return "rejected"
    if state == "open" and text.split()[0] not in _STILL:
        end = at + max(-size for begin, size, _ in found if begin == at)
        if any(
            s == "closed" and begin >= end and not _negated(text[:begin]) for begin, _, s in found
        ):
            return "closed"
    return state


def _negated(before: str) -> bool:
    words = before.split()
    return bool(words) and words[-1] in _NOT


def _begins(text: str, term: str) -> int | None:
    """Where a term begins a word of the text; terms of up to three letters must be whole."""
    whole = len(term) <= 3
    at = text.find(term)
    while at >= 0:
        end = at + len(term)
        if (at == 0 or text[at - 1] == " ") and (not whole or end == len(text) or text[end] == " "):
            return at
        at = text.find(term, at + 1)
    return None


def _eastern(word: str) -> State | None:
    best: tuple[int, State] | None = None
    for state, terms in _EAST.items():
        for term in terms:
            if term in word and (best is None or len(term) > best[0]):
                best = len(term), state
    if best is None:
        return None
    if best[1] == "closed" and re.search(r"未|待|尚|不能|正在|没有|沒有|미", word):
        return "open"
    return best[1]


def silent(word: str) -> bool:
    """Whether a status states that nothing is known."""
    plain = " ".join(words_of(word))
    return plain in _NOTHING or word.strip() in ("未知", "不详", "不詳", "不明", "미상", "-", "--")


def speaks(words: dict[str, int]) -> float:
    """The share of a column's filled cells whose words are known states."""
    total = sum(count for word, count in words.items() if word.strip())
    known = sum(count for word, count in words.items() if state_of(word) is not None)
    return known / total if total else 0.0
