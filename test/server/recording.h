#pragma once

#include "request.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb::server {

/// One exchange with a real ksqlDB server, as test/recordings holds it.
struct Recording {
    struct Part {
        long atMs = 0;  // since the request
        std::string bytes;
    };
    /// How the answer ended.
    enum class End { Complete, Cut, ClientClosed };

    std::string name;  // "ratings/push-latest"
    std::string what;
    std::string server;  // its version: "7.6.1"

    struct {
        std::string version;
        std::string method;
        std::string path;
        Headers headers;
        std::vector<Part> parts;
        std::string bodyText;       // all parts in one
        bool bodyLeftOpen = false;  // it was never ended
    } request;

    struct {
        int status = 0;  // 0: the connection was cut before
        Headers headers;
        std::vector<Part> parts;
        std::string end;  // as recorded: "last chunk", "fin in size", …
        long endAtMs = 0;
    } response;

    End end() const;
    /// All parts in one.
    std::string responseBody() const;
    /// The request as the server sees it, to send or to match it once more.
    Request asRequest() const;
    /// The id in the first element of a query's answer; empty if there is none.
    std::string queryId() const;
};

/// Throws std::runtime_error, with the file's name, for what is no recording.
Recording loadRecording(const std::filesystem::path& file);
/// All recordings below a directory, in the order of their names.
std::vector<Recording> loadRecordings(const std::filesystem::path& directory);

}  // namespace ksqldb::server
