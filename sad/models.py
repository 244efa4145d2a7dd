"""Every table of the engine, imported in one place: what migrations compare the database with."""

from sqlmodel import SQLModel

import sad.accounts.tables
import sad.attachments.tables
import sad.audit.tables
import sad.awards.tables
import sad.candidatures.tables
import sad.categories.tables
import sad.db.tables
import sad.evaluation.tables
import sad.frames.tables
import sad.funding.tables
import sad.inventories.tables
import sad.markets.tables
import sad.notifications.tables
import sad.offers.tables
import sad.papers.tables
import sad.sourcing.tables
import sad.suppliers.tables
import sad.systems.tables  # noqa: F401 - imported for its tables, like all the others

metadata = SQLModel.metadata
