#pragma once
#include <ksqldb/testing/server_options.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace ksqldb::testing {

struct ServerOptions::Impl {
    bool tls = false;
    bool http2 = true;
    std::uint16_t port = 0;
    std::string basePath;
    std::optional<std::pair<std::string, std::string>> apiKey;
    std::optional<std::string> bearerToken;
};

}  // namespace ksqldb::testing
