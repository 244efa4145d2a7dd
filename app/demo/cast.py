"""Who is in the story: invented people, and how each supplier presents itself."""

from dataclasses import dataclass

from sad.kernel.actor import Role

ORGANISATION = "Agglomération du Pays de Brume"
SIRET = "99900000300015"
ADDRESS = "Hôtel d'agglomération, 12 place du Marché, 22000 Saint-Brieuc"
PHONE = "02 96 00 00 10"
CONTACT = "Claude Martin"
CONTACT_EMAIL = "commande.publique@brume.example"


@dataclass(frozen=True)
class Agent:
    """An agent of the agglomeration. `why`: what is worth seeing as this person."""

    part: str
    name: str
    email: str
    roles: tuple[Role, ...]
    why: str


AGENTS = (
    Agent(
        "officer",
        "Claude Martin",
        "claude.martin@brume.example",
        (Role.OFFICER,),
        "décide les candidatures, tient les crédits, signe et notifie",
    ),
    Agent(
        "buyer",
        "Inès Le Gall",
        "ines.legall@brume.example",
        (Role.BUYER,),
        "lance un marché depuis un tableur, ouvre et compare les réponses",
    ),
    Agent(
        "second_buyer",
        "Malo Tanguy",
        "malo.tanguy@brume.example",
        (Role.BUYER, Role.EVALUATOR),
        "prépare les mêmes marchés : deux personnes sur un brouillon",
    ),
    Agent(
        "evaluator",
        "Rozenn Kerouanton",
        "rozenn.kerouanton@brume.example",
        (Role.EVALUATOR,),
        "note les offres ouvertes d'un marché",
    ),
    Agent(
        "auditor",
        "Paul Dréano",
        "paul.dreano@controle.example",
        (Role.AUDITOR,),
        "voit les enveloppes, les décisions et le journal, ne change rien",
    ),
    Agent(
        "administrator",
        "Yasmine Haddad",
        "yasmine.haddad@brume.example",
        (Role.ADMINISTRATOR,),
        "gère les personnes, les délégations et les réglages",
    ),
    Agent(
        "vice_president",
        "Dominique Le Goff",
        "dominique.legoff@brume.example",
        (Role.SIGNATORY,),
        "signe tout, sans plafond",
    ),
    Agent(
        "director",
        "Yann Kerdoncuff",
        "yann.kerdoncuff@brume.example",
        (Role.SIGNATORY,),
        "signe jusqu'à 10 000 € HT",
    ),
)


@dataclass(frozen=True)
class Structure:
    """A supplier of the CSV, known by its number: who answers, and what it says of itself.

    `more`: categories it asks beside those of the CSV. `why`: what is worth seeing as it; empty
    when nothing is printed for it.
    """

    number: str
    person: str
    function: str
    capacity: str
    regime: str = ""  # other than what the import understood
    more: tuple[str, ...] = ()
    why: str = ""


STRUCTURES = (
    Structure(
        "01",
        "Nolwenn Le Bris",
        "directrice",
        "Collecte et remise en état de mobilier de bureau, 40 m³ en réserve, deux salariés en "
        "insertion à l'atelier bois. Nous savons répondre dans la semaine.",
        why="a répondu à une demande encore ouverte : relire, remplacer, retirer",
    ),
    Structure(
        "02",
        "Ewen Guillou",
        "coordinateur",
        "Chaises, bureaux et tables issus de débarras de collectivités ; plateaux refaits à partir "
        "de portes déposées.",
        more=("bois-metal",),
        why="ne facture pas de TVA ; sa réponse à la même demande est en brouillon",
    ),
    Structure(
        "03",
        "Armelle Quéméner",
        "gérante",
        "Petit mobilier et luminaires contrôlés pièce par pièce par un électricien habilité.",
        why="a gagné un marché : lettre, numéro d'engagement, facture payée",
    ),
    Structure(
        "04",
        "Gwendal Riou",
        "président de l'association",
        "Séries de chaises et d'armoires récupérées auprès des lycées ; livraison au camion.",
        regime="exempt",
    ),
    Structure("05", "Maïwenn Hervé", "responsable d'atelier", "Chaises, caissons, portemanteaux."),
    Structure(
        "06",
        "Corentin Morvan",
        "directeur",
        "Atelier bois de 300 m² : reprise, ponçage, vernis à l'eau, tables de deux mètres.",
    ),
    Structure(
        "07",
        "Soizic Le Dantec",
        "cheffe d'équipe",
        "Armoires, vestiaires et caissons en métal, serrures remplacées, laquage au pistolet.",
    ),
    Structure(
        "08",
        "Bleuenn Jaouen",
        "gérante",
        "Dépôt-vente : pièces uniques, vendues sous le régime de la marge.",
        regime="margin",
    ),
    Structure(
        "09",
        "Tugdual Kermarrec",
        "directeur",
        "Chaises de réunion en séries de six.",
        why="n'a pas été retenue pour un marché : lettre avec ses notes et leurs raisons",
    ),
    Structure(
        "10",
        "Fanch Le Roux",
        "encadrant technique",
        "Aménagement de salles : estrades, alcôves, assises et luminaires en matière récupérée.",
    ),
    Structure(
        "11",
        "Azilis Cadiou",
        "directrice",
        "Recâblage de lampes anciennes, piètements d'acier, petite serrurerie.",
    ),
    Structure(
        "12",
        "Jakez Pennec",
        "directeur technique",
        "Menuiserie d'agencement : plateaux massifs, bibliothèques, cloisons basses démontables.",
        why="retenue pour un marché décidé, pas encore signé",
    ),
    Structure(
        "13",
        "Klervi Even",
        "directrice",
        "Tôlerie et soudure.",
        why="on lui demande de compléter son dossier",
    ),
    Structure(
        "14",
        "Loeiza Gourvennec",
        "gérante",
        "Tapisserie : fauteuils et banquettes regarnis, tissus certifiés non feu M1.",
    ),
    Structure(
        "15",
        "Erwan Salaün",
        "gérant",
        "Bureaux et tables, bois massif et acier, six personnes en insertion à l'atelier.",
    ),
    Structure(
        "16",
        "Enora Le Floc'h",
        "directrice de l'entreprise adaptée",
        "Remise en état de chaises de travail, de luminaires et d'armoires métalliques.",
    ),
    Structure(
        "17",
        "Titouan Madec",
        "gérant de la coopérative",
        "Mobilier bois et métal, agencement, un bureau d'études de deux personnes.",
    ),
    Structure(
        "18",
        "Nolan Cozic",
        "associé",
        "Assises regarnies par séries de dix, luminaires en tôle récupérée, vestiaires.",
    ),
    Structure(
        "19",
        "Yuna Le Corre",
        "gérante",
        "Soudure et serrurerie : piètements, étagères, râteliers à vélos remis en état.",
        why="sa candidature attend, la date limite est proche",
    ),
    Structure(
        "20",
        "Maël Abgrall",
        "gérant",
        "Fauteuils et chauffeuses restaurés, tables d'appoint, abat-jour cousus à l'atelier.",
    ),
    Structure(
        "21",
        "Katell Bihan",
        "gérante",
        "Tables et bureaux à structure d'acier recyclé, plateaux de réemploi.",
    ),
    Structure("22", "Hugo Lannuzel", "commercial", "Voir notre site."),
    Structure(
        "23",
        "Clémence Prigent",
        "responsable des marchés",
        "Chaises et lampes reconditionnées en usine, garanties deux ans.",
        why="vient de candidater",
    ),
)
COLLEAGUE = ("Malik Perrot", "malik.perrot@exemple-01.example", "responsable d'atelier")
