#pragma once
#include <map>
#include <string>

namespace ksqldb {

/// @addtogroup client
/// @{

/// What a server says about itself; `json` is its answer. Source: GET /info.
struct ServerInfo {
    std::string version;  ///< "7.6.1"
    std::string kafkaClusterId;
    std::string ksqlServiceId;
    std::string
        serverStatus;  ///< "RUNNING", "ERROR", "DEGRADED"; empty where the server does not say
    std::string json;
};

/// Whether a server works, by its own check, by default every five seconds; `json` is its answer.
/// Source: GET /healthcheck.
struct Health {
    bool isHealthy = false;
    std::map<std::string, bool> details;  ///< "kafka", "metastore", "commandRunner"
    std::string serverState;              ///< "READY"; empty where the server does not say
    std::string json;
};

/// @}

}  // namespace ksqldb
