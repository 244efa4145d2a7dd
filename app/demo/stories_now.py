"""The markets that are still being prepared, answered or waiting: nothing of them is opened."""

from app.demo.plans import Answer, Line, Need, Talk
from app.demo.stage import DATA

SEALED_PHRASE = "assises recollées une à une, provenant du foyer de l'ancien lycée Anita-Conti"
"""Typed in an answer still sealed: it must be read nowhere until the opening."""

TALL_TABLES = Need(
    title="Tables hautes et mange-debout du niveau 8",
    category="bois-metal",
    description="La terrasse couverte du niveau 8 reçoit des tables hautes et leurs tabourets.",
    lines=(
        Line("BM-01", "Table haute", 8, "160 x 60 x 105", "Piètement acier, réglable"),
        Line("BM-02", "Tabouret haut", 24, "40 x 40 x 75", "Repose-pied, séries de 8"),
    ),
    estimate="6 800",
    credits="9 000",
    place="Le Totem, niveau 8",
    whole=True,
)
TALL_TABLES_ANSWERS = (
    Answer("12", 8, ("390", "95")),
    Answer("15", 7, ("365", "110")),
    Answer("21", 6, ("410", "88")),
)

OFFICES = Need(
    title="Bureaux, assises et petit équipement du niveau 3",
    category="reemploi-ressourcerie",
    description=(
        "Tout ce que vos réserves peuvent fournir pour vingt-cinq postes de travail du niveau 3 : "
        "répondez aux lignes que vous avez, laissez les autres. Les pièces se voient au Totem et "
        "chez vous, sur rendez-vous."
    ),
    grid=DATA / "cadre-reponse-ressourcerie.xlsx",
    estimate="7 600",
    credits="10 200",
    place="Le Totem, niveau 3",
)
OFFICES_TALKS = (
    Talk(
        "06",
        5,
        "Bonjour, ici la ressourcerie de Rennes : acceptez-vous des chaises de deux modèles si "
        "chaque salle n'en a qu'un ?",
        4,
        "Oui : l'exigence est d'avoir des séries de six identiques, pas soixante chaises du même "
        "modèle.",
        "Des chaises de deux modèles sont-elles acceptées si chaque salle n'en a qu'un ?",
    ),
)
OFFICES_ANSWERS = (
    Answer(
        "01",
        3,
        ("24,50", "", "95", "88", "42,50", "", "18", "31"),
        {
            "origin": (
                "réemploi",
                "",
                "reconditionné",
                "réemploi",
                "réemploi",
                "",
                *2 * ("réemploi",),
            ),
            "materials": (
                "hêtre et acier",
                "",
                "mélaminé chêne",
                "métal",
                "métal",
                "",
                "grès",
                "bois",
            ),
            "delay": ("3", "", "4", "4", "3", "", "2", "2"),
            "warranty": ("12", "", "12", "12", "12", "", "0", "6"),
            "note": (SEALED_PHRASE, "", "plateaux repris en atelier", "", "", "", "", ""),
        },
    ),
    Answer(
        "03",
        3,
        ("27", "62", "110", "", "", "19,90", "", ""),
        {"note": ("", "vérins remplacés", "", "", "", "contrôle électrique joint", "", "")},
        hour=10,
    ),
    Answer("09", 2, ("22,90", "", "", "79", "", "", "15", "28")),
    Answer("05", 2, ("26", "58", "105", "92", "45", "16", "12", "25"), hour=11),
)
OFFICES_REPLACEMENT = Answer("09", 1, ("21,90", "", "", "76", "", "", "15", "26"), hour=10)
OFFICES_WITHDRAWN = "05"
OFFICES_DRAFT = Answer(
    "02",
    1,
    ("23", "", "98"),
    {"origin": ("réemploi", "", "surcyclé"), "note": ("", "", "plateaux en portes déposées")},
    hour=11,
)

ARMCHAIRS = Need(
    title="Fauteuils de la salle de lecture",
    category="assises-tissu",
    description="Une salle de lecture au niveau 7 : des fauteuils confortables, tous différents.",
    lines=(
        Line("AS-11", "Fauteuil de lecture", 10, "80 x 85 x 95", "Tissu M1, accoudoirs"),
        Line("AS-12", "Repose-pied", 6, "50 x 40 x 40", "Assorti à un fauteuil"),
    ),
    estimate="3 900",
    credits="5 400",
    place="Le Totem, niveau 7",
)
ARMCHAIRS_ANSWERS = (
    Answer("14", 3, ("340", "75")),
    Answer("20", 2, ("310", "90")),
)
ARMCHAIRS_TALKS = (
    Talk(
        "20", 6, "Faut-il fournir le procès-verbal M1 de chaque tissu, ou l'étiquette suffit-elle ?"
    ),
)

MIXED = "Dépareillées acceptées"
BREAK_ROOM = Need(
    title="Petit mobilier de la salle de pause du niveau 4",
    category="reemploi-ressourcerie",
    description=(
        "Une salle de pause pour quarante personnes : tables, chaises, vaisselle. Le dépareillé "
        "est bienvenu pourvu que l'ensemble tienne debout."
    ),
    lines=(
        Line(
            "N4-01",
            "Table carrée",
            8,
            "80 x 80 x 74",
            "Plateau lavable",
            more=(
                ("tolerance", "± 10 cm"),
                ("matching", "Assorties"),
                ("accepted_condition", "A ou B"),
            ),
        ),
        Line(
            "N4-02",
            "Chaise",
            32,
            "45 x 45 x 85",
            "Empilable",
            slice=4,
            more=(("tolerance", "libre"), ("matching", MIXED), ("accepted_condition", "A, B ou C")),
        ),
        Line(
            "N4-03",
            "Lot de 12 assiettes",
            4,
            requirements="Sans éclat ni fêlure",
            more=(("matching", MIXED), ("accepted_condition", "A ou B")),
        ),
    ),
    estimate="1 900",
    credits="2 600",
    place="Le Totem, niveau 4",
)

TABLES = Need(
    title="Tables et bureaux à partir d'anciennes portes",
    category="bois-metal",
    description="",
    grid=DATA / "cadre-reponse-tables.xlsx",
    place="",
)
