#pragma once
#include <ksqldb/error.h>

#include <string>

namespace ksqldb::base {

/// What a call adds to the Errors that it ends with.
struct ErrorContext {
    std::string statement;
    std::string endpoint;

    /// The same Error with statement and endpoint.
    Error describe(const Error& error) const;
};

}  // namespace ksqldb::base
