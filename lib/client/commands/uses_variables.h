#pragma once
#include "protocol/session_variables.h"

namespace ksqldb::client {

/// The run of a command that fills session variables into what the server never sees.
class UsesVariables {
public:
    /// Those of the call, before start().
    virtual void useVariables(const protocol::SessionVariables& variables) = 0;

protected:
    ~UsesVariables() = default;
};

}  // namespace ksqldb::client
