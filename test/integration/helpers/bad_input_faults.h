#pragma once

#include "support.h"

#include <functional>
#include <ostream>
#include <string>
#include <vector>

namespace ksqldb::test {

/// What an Error is to hold.
struct Expected {
    ErrorCode code;
    int httpStatus = 0;
    int serverCode = 0;
    bool retryable = false;
    std::string what;  // is part of what()
    std::string limitName = {};

    /// The category belongs to the code's hundred.
    int category() const;
};

/// Something that goes wrong.
struct Fault {
    std::string name;
    /// Answers the query; `rowsSeen` happens when the client has seen the rows.
    std::function<void(Exchange&, Event& rowsSeen)> script;
    Expected expected;
    int rows = 0;  // that streams are to bring before the error
    std::size_t maxLineBytes = 1 << 20;
    std::function<std::string()> url = {};  // of a server that is none
};

inline void PrintTo(const Fault& fault, std::ostream* out) { *out << fault.name; }

std::vector<Fault> refusals();
std::vector<Fault> wrongContents();
std::vector<Fault> brokenConnections();
std::vector<Fault> silences();

}  // namespace ksqldb::test
