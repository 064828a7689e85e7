"""The audit store: records that are durable before an answer is returned, in a hash chain.

``store`` appends and reads, ``verify`` finds tampering, ``export`` writes a file that an auditor
can check without the database, ``pseudonym`` keeps patient identifiers out of all of them.
"""
