"""REST in front of any gRPC server.

    python -m gateway --descriptors FILE.pb --target host:port

FILE.pb is a FileDescriptorSet with its imports, such as
`protoc --include_imports --include_source_info --descriptor_set_out=FILE.pb …` or
`buf build -o FILE.pb` writes. Every rpc with a `google.api.http` option is served.
"""

from gateway.standalone import main

if __name__ == "__main__":
    main()
