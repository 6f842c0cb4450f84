"""What grounds rest on and only a person can tell with yes or no; the other answer blocks the ground, and says why."""

from __future__ import annotations

from casework.contract.language import gettext as _
from casework.core.grounds.conditions import Confirmed

# Who the recipient or the one who gives is, where a place means more than those who have the ground.

IS_THE_PERSON = Confirmed(
    _("Är mottagaren den som uppgifterna gäller?"), _("Grunden gäller bara den som uppgifterna gäller.")
)
IS_A_SUPPLIER = Confirmed(
    _("Är mottagaren en leverantör av it?"), _("Grunden gäller bara när mottagaren är en leverantör av it.")
)
SUPERVISES = Confirmed(
    _("Är mottagaren JO, IMY eller revisor?"), _("Grunden gäller bara när mottagaren är JO, IMY eller revisor.")
)
REPORTS = Confirmed(
    _("Rör er verksamhet barn och unga, eller är ni yrkesverksam enligt SoL 19:1?"),
    _("Grunden gäller bara den vars verksamhet rör barn och unga, och yrkesverksamma enligt SoL 19:1."),
)
REPORTED = Confirmed(
    _("Är det mottagaren som gjorde anmälan?"), _("Grunden gäller bara när det är mottagaren som gjorde anmälan.")
)
IS_BAILIFF_OR_TAX = Confirmed(
    _("Är mottagaren Kronofogden eller Skatteverket?"),
    _("Grunden gäller bara när mottagaren är Kronofogden eller Skatteverket."),
)
IS_TAX = Confirmed(_("Är mottagaren Skatteverket?"), _("Grunden gäller bara när mottagaren är Skatteverket."))
IS_BOARD_OF_HEALTH = Confirmed(
    _("Är mottagaren Socialstyrelsen?"), _("Grunden gäller bara när mottagaren är Socialstyrelsen.")
)
IS_PROBATION = Confirmed(_("Är mottagaren Kriminalvården?"), _("Grunden gäller bara när mottagaren är Kriminalvården."))
PAYS = Confirmed(
    _(
        "Är ni Försäkringskassan, CSN, Pensionsmyndigheten, en arbetslöshetskassa, "
        "Arbetsförmedlingen eller Skatteverket?"
    ),
    _(
        "Grunden gäller bara Försäkringskassan, CSN, Pensionsmyndigheten, arbetslöshetskassor, "
        "Arbetsförmedlingen och Skatteverket."
    ),
)
PROVIDES = Confirmed(_("Är ni utförare åt nämnden?"), _("Grunden gäller bara den som är utförare åt nämnden."))
INTERVENES = Confirmed(
    _("Har mottagaren till uppgift att ingripa mot brottet?"),
    _("Grunden gäller bara en mottagare som har till uppgift att ingripa mot brottet."),
)
ENFORCES = Confirmed(
    _("Är mottagaren Ekobrottsmyndigheten, Skatteverket eller Kustbevakningen?"),
    _("Grunden gäller bara när mottagaren är Ekobrottsmyndigheten, Skatteverket eller Kustbevakningen."),
)
PROVIDES_CARE = Confirmed(
    _("Är ni en enskild utförare av socialtjänst?"), _("Grunden gäller bara enskilda utförare av socialtjänst.")
)
OF_SCHOOL_HEALTH = Confirmed(
    _("Kommer uppgiften från elevhälsans medicinska del?"),
    _("Grunden gäller i skolan bara uppgifter från elevhälsans medicinska del."),
)
IS_DESIGNATED = Confirmed(
    _("Är ni utsedda för öppen fritidsverksamhet eller fritidshem enligt 25 kap. skollagen?"),
    _("Grunden gäller bara den som är utsedd enligt 25 kap. skollagen."),
)

# The will of the person, harm, and the task of whoever gives.

NOBODY_KNOWN = Confirmed(
    _("Är det säkert att ingen kan kännas igen, inte ens med det som mottagaren redan vet?"),
    _("Om någon kan kännas igen är uppgifterna inte avidentifierade."),
)
MANY = Confirmed(
    _("Är gruppen så stor att antal och ovanliga drag inte pekar ut någon?"),
    _("Om antal eller ovanliga drag pekar ut någon är uppgifterna inte avidentifierade."),
)
FREELY = Confirmed(
    _("Är samtycket frivilligt, och vet personen vad det gäller?"),
    _("Ett samtycke som inte är frivilligt, eller som personen inte förstår, gäller inte."),
)
EVERY_GUARDIAN = Confirmed(
    _("Har varje vårdnadshavare samtyckt, och den unge själv där kommunen kräver det?"),
    _("Samtycket gäller inte förrän alla som måste samtycka har gjort det."),
)
NO_HARM_TO_THE_YOUNG = Confirmed(
    _("Är det klart att den unge inte lider betydande men av att vårdnadshavaren får veta?"),
    _("Grunden gäller inte om den unge kan lida betydande men."),
)
OTHERS_REMOVED = Confirmed(_("Är uppgifter om andra borttagna?"), _("Ta bort uppgifter om andra först."))
REPORTER_AT_RISK = Confirmed(
    _("Kan någon som har anmält eller lämnat uppgifter råka illa ut (OSL 26:5)?"),
    _("Uppgifter som kan skada den som har anmält får inte lämnas (OSL 26:5). Ta bort dem först."),
    needed=False,
)
ONLY_TECHNICAL = Confirmed(
    _("Är det bara teknisk bearbetning eller lagring, och är det inte olämpligt?"),
    _("Grunden gäller bara teknisk bearbetning eller lagring som inte är olämplig."),
)
CANNOT_WAIT = Confirmed(
    _("Är faran så nära att det inte går att vänta på en annan grund eller på ett beslut?"),
    _("Nöd gäller bara det som inte kan vänta. Välj en annan grund."),
)

# Crime, and the duty towards those who fight it.

INTOXICATED_NOW = Confirmed(
    _("Pågår brottet, eller är det nära förestående?"), _("Grunden gäller bara brott som pågår eller är nära.")
)
FOUND_IN_DANGER = Confirmed(
    _("Påträffades den unge i uppenbart överhängande allvarlig fara, eller vid brott?"),
    _("Grunden gäller bara den som påträffas i överhängande allvarlig fara eller vid brott."),
)
SIX_MONTHS = Confirmed(
    _("Är det lindrigaste straffet minst sex månader (försök, förberedelse, stämpling: minst ett år)?"),
    _("Grunden gäller bara brott där det lindrigaste straffet är så långt."),
)
PRISON = Confirmed(_("Finns fängelse i straffskalan?"), _("Grunden gäller bara brott med fängelse i straffskalan."))
ONLY_CONTACT = Confirmed(
    _("Är det bara adress, telefon, e-post, arbetsplats, ombud, användarnamn eller liknande?"),
    _("Grunden gäller bara kontaktuppgifter. Ta bort det andra eller välj en annan grund."),
)
NEEDED_AGAINST_CRIME = Confirmed(
    _("Behövs uppgiften i den brottsbekämpande verksamheten?"),
    _("Grunden gäller bara uppgifter som behövs i den brottsbekämpande verksamheten."),
)
EXCEPTIONAL_REASONS = Confirmed(
    _("Finns synnerliga skäl för sekretess?"),
    _("Med synnerliga skäl för sekretess ska uppgifterna inte lämnas."),
    needed=False,
)
SECRECY_PREVAILS = Confirmed(
    _("Står det klart att sekretessen väger tyngre?"),
    _("När det står klart att sekretessen väger tyngre ska uppgifterna inte lämnas."),
    needed=False,
)

# Duties and leave of the social board.

NEEDED_TO_SUPERVISE = Confirmed(
    _("Behövs uppgiften för tillsyn eller revision hos er?"),
    _("Grunden gäller bara uppgifter som behövs för tillsyn eller revision hos er."),
)
ONLY_WHETHER_OPENED = Confirmed(
    _("Lämnas bara att utredning har inletts, inte har inletts eller redan pågår?"),
    _("Den som anmälde får bara veta om utredning har inletts, inte har inletts eller redan pågår."),
)
UNSUITABLE_TO_TELL = Confirmed(
    _("Är det olämpligt att återkoppla?"), _("Är det olämpligt att återkoppla lämnas inget."), needed=False
)
ONLY_CURRENT = Confirmed(
    _("Lämnas bara att personen är aktuell, och vilken bostad som är tilldelad?"),
    _("Grunden gäller bara att personen är aktuell, och tilldelad bostad."),
)
NEEDED_TO_FOLLOW_UP = Confirmed(
    _("Behövs uppgiften för kvalitet, administration, uppföljning eller utvärdering?"),
    _("Grunden gäller bara uppgifter som behövs för kvalitet, administration, uppföljning eller utvärdering."),
)
NEEDED_IN_THE_CASE = Confirmed(
    _("Behövs uppgiften i ärendet?"), _("Grunden gäller bara uppgifter som behövs i ärendet.")
)
IN_WRITING = Confirmed(
    _("Finns en skriftlig begäran eller ett beslut om överflyttning?"),
    _("Grunden gäller bara med en skriftlig begäran eller ett beslut om överflyttning."),
)
NEEDED_FOR_THE_PLAN = Confirmed(
    _("Behövs uppgiften för verkställighetsplanen?"),
    _("Grunden gäller bara uppgifter som behövs för verkställighetsplanen."),
)
