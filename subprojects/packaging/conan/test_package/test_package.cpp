// Asks a server that is not there: whoever is told so has libcurl behind it, too.
#include <ksqldb/ksqldb.h>

#include <iostream>

int main() {
    ksqldb::Client client("http://127.0.0.1:1");
    try {
        client.serverInfo().get();
    } catch (const ksqldb::Error& error) {
        std::cout << error << '\n';
        return error.code() == ksqldb::ErrorCode::ConnectFailed ? 0 : 1;
    }
    return 1;
}
