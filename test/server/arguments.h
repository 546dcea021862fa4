#pragma once

#include "local_server.h"
#include "player.h"
#include "recorder/recorder.h"

#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb::server {

/// What is wrong with the command line.
struct UsageError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The command line of ksqldb-local-server.
struct Arguments {
    ServerOptions server;
    PlayOptions play{Pace::AsRecorded, {}, false};
    std::string recordings;  // empty: defaultRecordings()
    std::string caFile;
    std::string portFile;
    std::string apiKey;
    std::string apiSecret;
    std::string bearerToken;
    std::string clientId;
    std::string clientSecret;
    std::string clientFile;
    std::size_t ratingsPerSecond = 0;  // 0: as recorded
    /// Where to pass requests on to, and where to record them. Without, recordings are played.
    std::optional<UpstreamAddress> upstream;
    std::string recordFolder;
    std::size_t recordLimit = RecorderOptions().recordLimit;
    std::string upstreamCaFile;
    bool quiet = false;
    bool list = false;
    bool help = false;
};

std::string_view usage();

/// Throws UsageError.
Arguments parsedArguments(const std::vector<std::string>& words);

}  // namespace ksqldb::server
