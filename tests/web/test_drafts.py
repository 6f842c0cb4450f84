"""What a draft that is not kept is answered with."""

from __future__ import annotations

import json
from pathlib import Path

from tests.core.taking_part import ready, sspf
from tests.databases import Databases
from tests.web import case_desk


def test_a_draft_that_is_turned_away_whole_says_why(databases: Databases, tmp_path: Path):
    for desk in case_desk.opened(databases, tmp_path, ready):
        case, maja = sspf(desk.world, state="consent"), desk.as_("maja")
        at = f"/arenden/{case}/skriv/note"
        typed = {"heading": "Oro", "text": "Sågs i centrum", "version": "0"}
        answer = maja.post(f"{at}/utkast", typed, page=at)
        assert answer.status_code == 422
        [why] = json.loads(answer.text)["refused"]
        assert "förrän" in why
