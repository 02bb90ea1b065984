"""What can stop a publication, in words that a reader can act on."""


class PublicationProblem(Exception):
    """The publication could not be written or read; the last good one is untouched."""


class PublicationRefused(PublicationProblem):
    """The publication was not allowed: a gate is missing or failed, or personal data would leave."""
