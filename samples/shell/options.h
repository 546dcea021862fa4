#pragma once
#include "row_writer.h"

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace shell {

/// The command line is wrong.
class UsageError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// What -e and -f name, in their order.
struct Source {
    bool isFile = false;
    std::string text;  ///< SQL, or a file's path; "-": the standard input
};

struct Options {
    std::vector<std::string> urls;
    std::vector<Source> sources;
    bool goesOn = false;  ///< at errors
    bool isQuiet = false;
    bool keepsHistory = true;
    bool help = false;
    bool version = false;
    Look look;
    std::map<std::string, std::string> properties;
    std::map<std::string, std::string> variables;

    std::string user;
    std::string passwordFile;
    std::string tokenFile;
    bool allowsPlainHttp = false;
    std::string caFile;
    std::string certificateFile;
    std::string keyFile;
    std::string proxy;
    std::string proxyUser;
    std::vector<std::pair<std::string, std::string>> headers;
    std::optional<std::chrono::milliseconds> timeout;
    std::chrono::seconds wait{60};
};

/// Reads a variable of the environment; none where it is not set or empty.
using Environment = std::function<std::optional<std::string>(const char* name)>;
std::optional<std::string> fromEnvironment(const char* name);

/// Throws UsageError. Secrets are no options: others on the machine can read a command line.
Options parsedOptions(const std::vector<std::string>& words, const Environment& environment);

std::string_view usage();

}  // namespace shell
