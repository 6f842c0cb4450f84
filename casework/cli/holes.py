"""What is amiss with the walls between the municipalities, in Swedish and each with its remedy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from casework.core.walls import Hole

ROLE = "Låt CASEWORK_DATABASE_URL vara en roll som bara har de rättigheter db upgrade ger."
RESTORE = "Någon har ändrat databasen efter db upgrade. Ta reda på vem, och återställ från säkerhetskopian."
WORDS = {
    Hole.TRIGGER_MISSING: f"Väggen mellan kommunerna saknar utlösare: {{}}. {RESTORE}",
    Hole.RULE_MISSING: (
        f"Databasen håller inte isär rollerna, eller låter ett godkännande avgöras om eller en kopia lämnas ut igen; "
        f"utlösare saknas eller är avstängda: {{}}. {RESTORE}"
    ),
    Hole.TRIGGER_ALTERED: f"Väggen mellan kommunerna har ändrade utlösare: {{}}. {RESTORE}",
    Hole.TABLE_MISSING: f"Det saknas tabeller: {{}}. {RESTORE}",
    Hole.PASSES_BY: f"Programmets databasroll går förbi radnivåskyddet, själv eller som medlem i en roll: {{}}. {ROLE}",
    Hole.IS_OWNER: f"Programmets databasroll äger tabellerna, schemat eller databasen, eller är medlem i: {{}}. {ROLE}",
    Hole.MAKES_ROLES: f"Programmets databasroll kan ge sig själv andra roller (CREATEROLE): {{}}. {ROLE}",
    Hole.COPIES: f"Programmets databasroll kan kopiera hela databasen (REPLICATION): {{}}. {ROLE}",
    Hole.READS_FILES: f"Programmets databasroll når serverns filer genom: {{}}. {ROLE}",
    Hole.NOT_FORCED: f"Radnivåskyddet är inte påtvingat (FORCE ROW LEVEL SECURITY) på: {{}}. {RESTORE}",
    Hole.TURNED_OFF: "Radnivåskyddet är avslaget med inställningen {}. Ta bort den från rollen och databasen.",
    Hole.POLICY_MISSING: f"Ingen regel håller kommunerna åtskilda i: {{}}. {RESTORE}",
    Hole.POLICY_ALTERED: f"Regeln som håller kommunerna åtskilda är ändrad i: {{}}. {RESTORE}",
    Hole.POLICY_ADDED: f"Någon har lagt till regler i radnivåskyddet: {{}}. {RESTORE}",
    Hole.VIEW: "Programmets databasroll läser vyer, som radnivåskyddet inte binder: {}. Ta tillbaka rätten.",
    Hole.FUNCTION: "Programmets databasroll lånar andras rättigheter genom funktioner: {}. Ta tillbaka rätten.",
    Hole.GRANT: "Programmets databasroll har rättigheter den inte får ha: {}. Ta tillbaka dem (REVOKE).",
    Hole.RECORD: "Programmets databasroll kan ändra eller ta bort det som loggats: {}. Ta tillbaka rätten (REVOKE).",
    Hole.VERSION: "Programmets databasroll kan skriva databasens version: {}. Ta tillbaka rätten (REVOKE).",
    Hole.IN_THE_CLEAR: "Databasen på en annan dator nås utan att dess certifikat prövas: {}. "
    "Lägg till sslmode=verify-full i adressen, och sslrootcert om certifikatet är kommunens eget.",
    Hole.MAKES_TABLES: "Programmets databasroll kan göra tabeller eller scheman i: {}. Ta tillbaka rätten (REVOKE).",
}


def in_words(holes: Mapping[str, Sequence[str]]) -> str:
    """Everything that is amiss, a line for each kind."""
    return "\n".join(WORDS[Hole(hole)].format(", ".join(names)) for hole, names in holes.items())
