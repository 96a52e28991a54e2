"""Words of states in nine languages."""

import pytest

from dashboard.core.mapping.statuses import state_of

WORDS = {
    "open": "New|Open (Duplicate)|In Progress|Unresolved|Not closed|Pending - to be closed|办理中|未办结|待回访|"
    "處理中|AGUARDANDO ATENDIMENTO|Não resolvido|En proceso|En cours de traitement|à traiter|"
    "In Bearbeitung|nicht erledigt|wird bearbeitet|In carico|Non risolto|In behandeling|未対応|処理中|접수",
    "closed": "Closed|Closed (Transferred)|Closed - Cancelled|Archived|Fixed - Council|已办结|已完工|FINALIZADA|"
    "Concluído|Resuelto|Cerrado|Traité|Clôturé|erledigt|Risolto|Afgehandeld|対応済|완료",
    "rejected": "Cancelled by customer|INDEFERIDA|CANCELADA|Anulado|Rejeté|abgelehnt|不予受理|已撤销|却下|반려",
}


@pytest.mark.parametrize(
    ("state", "word"), [(s, w) for s, ws in WORDS.items() for w in ws.split("|")]
)
def test_a_word_means_its_state(state: str, word: str) -> None:
    assert state_of(word) == state


@pytest.mark.parametrize("word", ["", "Frobnicated", "17", "???"])
def test_an_unknown_word_means_nothing(word: str) -> None:
    assert state_of(word) is None
