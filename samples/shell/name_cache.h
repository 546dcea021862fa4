#pragma once
#include "completion.h"

#include <ksqldb/client.h>

#include <chrono>
#include <functional>
#include <string_view>

namespace shell {

/// The names that completion offers: asked from the server when they are first needed, and again
/// after a statement that may have changed them. *thread-bound*
class NameCache {
public:
    explicit NameCache(std::function<ksqldb::Client&()> client) : client_(std::move(client)) {}

    /// Asks for what is missing; a server that does not answer leaves its names out.
    Completion complete(std::string_view before, std::string_view after) noexcept;
    void invalidate();

private:
    void load();
    void loadColumns(std::string_view statement);

    std::function<ksqldb::Client&()> client_;
    Names names_;
    bool isLoaded_ = false;
    std::chrono::steady_clock::time_point nextTry_;  // after a failure
};

}  // namespace shell
