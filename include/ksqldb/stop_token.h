#pragma once
// C++20 only, so not in ksqldb.h, and all inline, so that nothing the library exports depends on
// the language's version.
#if __cplusplus < 202002L && (!defined(_MSVC_LANG) || _MSVC_LANG < 202002L)
#error "<ksqldb/stop_token.h> needs C++20"
#endif
#include <ksqldb/cancel.h>

#include <stop_token>
#include <utility>

namespace ksqldb {

/// @addtogroup failing
/// @{

/// Cancels calls when a std::stop_token is stopped, for example a std::jthread's:
///
///     ksqldb::StopTokenBridge bridge(stop);
///     client.executeQuery(sql, ksqldb::QueryOptions().cancelToken(bridge.token()));
///
/// It has to live as long as it is to do so; its destructor cancels nothing. *thread-safe*
class StopTokenBridge {
public:
    explicit StopTokenBridge(std::stop_token stop) : callback_(std::move(stop), Cancel{source_}) {}
    CancelToken token() const noexcept { return source_.token(); }

private:
    struct Cancel {
        CancelSource source;
        void operator()() noexcept { source.cancel(); }
    };

    CancelSource source_;
    std::stop_callback<Cancel> callback_;
};

/// @}

}  // namespace ksqldb
