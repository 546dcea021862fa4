#pragma once
#include <map>
#include <string>

namespace ksqldb {

/// What a server says about itself. Source: GET /info.
struct ServerInfo {
    std::string version;  ///< "7.6.1"
    std::string kafkaClusterId;
    std::string ksqlServiceId;
    std::string serverStatus;  ///< "RUNNING", "ERROR", "DEGRADED"; empty before 0.12
};

/// Whether a server works, as it checks itself every five seconds. Source: GET /healthcheck.
struct Health {
    bool isHealthy = false;
    std::map<std::string, bool> details;  ///< "kafka", "metastore", "commandRunner"
    std::string serverState;              ///< "READY"; empty before 0.29
};

}  // namespace ksqldb
