"""The audit store: records that are durable before an answer is returned, in a hash chain.

``store`` appends and reads, ``verify`` finds tampering, ``export`` writes a file that an auditor
can check without the database, ``pseudonym`` and ``private`` keep patient identifiers out of all of
them, and ``program`` says which program it was.
"""
