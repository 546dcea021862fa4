#pragma once

#include "player.h"
#include "recording.h"
#include "test_client.h"

#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

namespace ksqldb::server {

/// All recordings, read once.
inline const std::vector<Recording>& recordings() {
    static const auto loaded = [] {
        const char* directory = std::getenv("KSQLDB_RECORDINGS");
        if (directory == nullptr) throw std::runtime_error("KSQLDB_RECORDINGS is not set");
        return loadRecordings(directory);
    }();
    return loaded;
}

inline const Player& player() {
    static const Player instance(recordings());
    return instance;
}

/// The recorded request, to be sent once more over HTTP/1.1.
inline std::string requestText(const Recording& recording) {
    const auto& request = recording.request;
    return TestClient::request(request.path, request.bodyText, request.headers, request.method);
}

}  // namespace ksqldb::server
