"""Calls between processes: who is at the other end, over which connection, and what if it breaks.

`identities` names the processes, `authority` makes their certificates, `tls_files` reads them and
notices new ones, `security` puts them to use, `channels` has the channels of a client,
`health` what a server says of itself.
"""
