"""The markets that have gone past their opening: what they ask, who answered, how it was judged."""

from app.demo.plans import Answer, Judged, Line, Mark, Need

CHAIRS = Need(
    title="Chaises et petit mobilier du niveau 1",
    category="reemploi-ressourcerie",
    description=(
        "Équiper la salle de réunion et deux bureaux du niveau 1 : des chaises en séries, des "
        "caissons, des portemanteaux. Des pièces dépareillées conviennent d'une salle à l'autre."
    ),
    lines=(
        Line("N1-01", "Chaise de réunion empilable", 24, "46 x 50 x 80", "Séries de 6 identiques"),
        Line("N1-02", "Caisson mobile 3 tiroirs", 10, "42 x 55 x 60", "Serrure qui ferme"),
        Line("N1-03", "Portemanteau sur pied", 6, "", "Stable, 8 patères au moins"),
    ),
    estimate="1 700",
    credits="2 400",
)
CHAIRS_ANSWERS = (
    Answer("03", 88, ("28", "45,50", "32"), {"condition": ("A", "B", "B")}),
    Answer("04", 87, ("34", "52", "30"), {"condition": ("B", "B", "C")}),
    Answer("09", 86, ("31", "60", "35"), {"condition": ("B", "B", "B")}),
)
CHAIRS_JUDGED = (
    Judged(
        "03",
        Mark("17", "Quatre séries de six chaises du même modèle, photos nettes, vérins neufs."),
        Mark("16", "Réparation à l'atelier, housses lavables réemployées, reprise en fin de vie."),
        Mark("15", "Livrable en trois semaines, en une fois."),
    ),
    Judged(
        "04",
        Mark("13", "Deux séries seulement, les autres chaises sont dépareillées."),
        Mark("15", "Pièces issues de lycées de l'agglomération, pas de reprise proposée."),
        Mark("12", "Livraison en deux fois."),
    ),
    Judged(
        "09",
        Mark("14", "Chaises en bon état, photos peu lisibles pour les caissons."),
        Mark("12", "Emballage carton à usage unique pour les portemanteaux."),
        Mark("16", "Livrable en deux semaines."),
    ),
)

SEATS = Need(
    title="Chaises de travail et fauteuils regarnis",
    category="assises-tissu",
    description=(
        "Quatre-vingts chaises de travail regarnies, par tranches de dix, et douze fauteuils pour "
        "les salons des niveaux 2 et 5. Dites le nombre de tranches que vous pouvez fournir : le "
        "prix ne dépend pas de ce nombre."
    ),
    lines=(
        Line(
            "AS-01",
            "Chaise de travail regarnie",
            80,
            "60 x 60 x 95",
            "Vérin vérifié, tissu M1, garnie à neuf",
            slice=10,
        ),
        Line(
            "AS-02", "Fauteuil de salon", 12, "75 x 78 x 80", "Tissu M1, sangles refaites", slice=4
        ),
    ),
    estimate="11 200",
    credits="14 400",
    place="Le Totem, niveaux 2 et 5",
)
SEATS_ANSWERS = (
    Answer("16", 76, ("92", ""), {"available_quantity": ("50", "")}),
    Answer("18", 75, ("104", "236"), {"available_quantity": ("80", "12")}),
    Answer("14", 74, ("118", "205"), {"available_quantity": ("20", "12")}),
)
SEATS_JUDGED = (
    Judged(
        "16",
        Mark("15", "Mousse neuve, tissu uni certifié, deux échantillons vus."),
        Mark("17", "Piètements tous réemployés, chutes de tissu revalorisées en interne."),
        Mark("14", "Dix chaises par semaine."),
    ),
    Judged(
        "18",
        Mark("16", "Finition soignée, coutures doubles ; les fauteuils sont de deux modèles."),
        Mark("14", "Tissu neuf à 40 % recyclé."),
        Mark("15", "Quatre semaines pour l'ensemble."),
    ),
    Judged(
        "14",
        Mark("17", "Garnissage traditionnel, sangles jute, photos de chaque fauteuil."),
        Mark("16", "Bois d'origine repris à la cire, tissu de fin de série."),
        Mark("13", "Six semaines."),
    ),
)

ON_FOOT, HUNG = (("mounting", "Posé ou sur pied, avec prise"),), (("mounting", "Suspendu"),)
LAMPS = Need(
    title="Lampes de bureau et suspensions du niveau 3",
    category="luminaires",
    description="Trente lampes de bureau et six suspensions, recâblées et contrôlées.",
    lines=(
        Line("LU-01", "Lampe de bureau", 30, "H 45", "Recâblée, source LED fournie", more=ON_FOOT),
        Line(
            "LU-02",
            "Suspension",
            6,
            "diam 40",
            "Câble de 2 m, contrôle électrique joint",
            more=HUNG,
        ),
    ),
    estimate="3 400",
    credits="4 500",
    place="Le Totem, niveau 3",
)
LAMPS_ANSWERS = (
    Answer("11", 63, ("68", "140")),
    Answer("16", 62, ("74", "118")),
)
LAMPS_REASONS = (
    "Le plan du niveau 3 a changé : l'éclairage des bureaux est repris par le marché de travaux et "
    "vingt-deux des trente lampes n'ont plus d'emplacement. Le besoin sera redéfini, puis demandé "
    "de nouveau à toutes les structures admises."
)

LOCKERS = Need(
    title="Vestiaires et armoires en métal",
    category="metal",
    description="Vestiaires du personnel d'accueil, armoires hautes et caissons du niveau 0.",
    lines=(
        Line("ME-01", "Armoire haute à portes battantes", 8, "100 x 45 x 198", "Deux clés"),
        Line("ME-02", "Vestiaire deux cases", 6, "60 x 50 x 180", "Coiffe inclinée"),
        Line("ME-03", "Caisson mobile", 20, "42 x 55 x 60", "Serrure qui ferme"),
    ),
    estimate="5 200",
    credits="7 200",
    place="Le Totem, niveau 0",
)
LOCKERS_ANSWERS = (
    Answer("07", 46, ("215", "190", "")),
    Answer("18", 45, ("240", "175", "66")),
    Answer("21", 45, ("228", "205", "49,90")),
)
LOCKERS_JUDGED = (
    Judged(
        "07",
        Mark("17", "Armoires d'une seule série, laquage refait, serrures neuves et repérées."),
        Mark("16", "Laquage en poudre sans solvant, reprise des anciennes armoires."),
        Mark("14", "Quatre semaines, en deux livraisons annoncées."),
    ),
    Judged(
        "18",
        Mark("14", "Deux teintes d'armoires ; vestiaires comme neufs."),
        Mark("14", "Peinture retouchée seulement où il le faut."),
        Mark("16", "Trois semaines."),
    ),
    Judged(
        "21",
        Mark("12", "Caissons en bon état, armoires marquées, une photo pour huit pièces."),
        Mark("13", "Origine indiquée pour les caissons seulement."),
        Mark("15", "Trois à quatre semaines."),
    ),
)

SHELVES = Need(
    title="Bibliothèques et bancs en bois du hall",
    category="mobilier-bois",
    description=(
        "Le hall reçoit une bibliothèque d'échange et des bancs, en bois massif de réemploi : "
        "charpente, parquet, anciennes portes. Les dimensions se discutent à dix centimètres près."
    ),
    lines=(
        Line("MB-01", "Bibliothèque basse", 8, "120 x 35 x 100", "Fixation murale fournie"),
        Line("MB-02", "Banc trois places", 6, "150 x 40 x 45", "Angles adoucis, charge 300 kg"),
        Line("MB-03", "Table basse", 5, "90 x 60 x 40", "Finition huile dure"),
    ),
    estimate="7 400",
    credits="9 600",
    place="Le Totem, hall du niveau 0",
    whole=True,
)
SHELVES_ANSWERS = (
    Answer("12", 40, ("480", "265", "210")),
    Answer("17", 39, ("540", "240", "230")),
    Answer("06", 38, ("455", "310", "245")),
)
SHELVES_JUDGED = (
    Judged(
        "12",
        Mark("18", "Assemblages tenon et mortaise, plans cotés, essence indiquée pièce par pièce."),
        Mark("17", "Charpente d'une école déposée, chutes transformées en cales et en patères."),
        Mark("13", "Sept semaines, pose comprise."),
    ),
    Judged(
        "17",
        Mark("15", "Projet soigné, bibliothèques en deux modules."),
        Mark("14", "Moitié de bois de réemploi, le reste en chutes de scierie."),
        Mark("16", "Cinq semaines."),
    ),
    Judged(
        "06",
        Mark("15", "Bibliothèques simples et solides, bancs sans plan."),
        Mark("16", "Parquet d'un gymnase, vernis à l'eau."),
        Mark("14", "Six semaines."),
    ),
)
SHELVES_REASONS = (
    "L'offre retenue est la mieux classée : elle a la meilleure note de qualité technique et "
    "esthétique et d'environnement, pour le prix total le plus bas."
)

ALCOVES = Need(
    title="Alcôves acoustiques et estrade du niveau 6",
    category="amenagement-espace",
    description=(
        "Quatre alcôves pour téléphoner ou travailler à deux, et une estrade démontable pour la "
        "salle commune, en panneaux de réemploi. Le bâtiment reste occupé pendant la pose."
    ),
    lines=(
        Line("AE-01", "Alcôve deux places", 4, "160 x 90 x 140", "Panneaux absorbants, M1"),
        Line("AE-02", "Estrade démontable", 1, "400 x 200 x 40", "Charge 350 kg/m², plinthes"),
    ),
    estimate="15 500",
    credits="19 800",
    place="Le Totem, niveau 6",
    whole=True,
)
ALCOVES_ANSWERS = (
    Answer("10", 30, ("2 950", "3 600")),
    Answer("12", 29, ("3 180", "2 900")),
    Answer("17", 28, ("3 050", "3 900")),
)
ALCOVES_JUDGED = (
    Judged(
        "10",
        Mark("15", "Alcôves éprouvées dans deux bâtiments, estrade en quatre éléments."),
        Mark("17", "Cloisons de bureaux déposées, feutre de laine sans colle."),
        Mark("14", "Huit semaines."),
    ),
    Judged(
        "12",
        Mark("17", "Maquette fournie, panneaux démontables sans outil."),
        Mark("15", "Panneaux de coffrage réemployés, absorbant neuf recyclé à 60 %."),
        Mark("15", "Sept semaines, pose en trois matinées."),
    ),
    Judged(
        "17",
        Mark("14", "Plans complets, assises un peu étroites."),
        Mark("14", "Bois de réemploi, mousse neuve."),
        Mark("16", "Six semaines."),
    ),
)

LOUNGE = Need(
    title="Salon d'accueil du niveau 2",
    category="reemploi-ressourcerie",
    description="Fauteuils, tables d'appoint et porte-revues pour attendre sans s'ennuyer.",
    lines=(
        Line("N2-01", "Fauteuil bas", 8, "70 x 70 x 75", "Assise saine, dépareillé accepté"),
        Line("N2-02", "Table d'appoint", 4, "50 x 50 x 45", ""),
        Line("N2-03", "Porte-revues mural", 3, "", "Fixations fournies"),
    ),
    estimate="1 500",
    credits="2 100",
    place="Le Totem, niveau 2",
)
LOUNGE_ANSWERS = (
    Answer("05", 18, ("85", "40", "")),
    Answer("08", 17, ("120", "", "38"), {"condition": ("A", "", "A")}),
    Answer("06", 16, ("95", "60", "30")),
)
LOUNGE_JUDGED = (
    Judged(
        "05",
        Mark("14", "Fauteuils nettoyés, deux modèles, photos de chaque pièce."),
        Mark("15", "Collecte en porte à porte, emballage repris."),
        Mark("15", "Trois semaines."),
    ),
)
