#pragma once
#include <ksqldb/ksqldb.h>

#include <cstdlib>
#include <iostream>
#include <string>

/// What the samples share: where the server is, and what becomes of an error.
namespace sample {

inline std::string fromEnvironment(const char* name, const char* otherwise = "") {
    const char* value = std::getenv(name);
    return value != nullptr ? value : otherwise;
}

/// The server at KSQLDB_URL.
inline ksqldb::ClientOptions server() {
    return ksqldb::ClientOptions(fromEnvironment("KSQLDB_URL", "http://localhost:8088"));
}

inline int failed(const ksqldb::Error& error) {
    std::cerr << error.what() << '\n';
    return 1;
}

}  // namespace sample
