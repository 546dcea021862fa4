#pragma once
#include <ksqldb/export.h>

#include <memory>

namespace ksqldb {

/// @addtogroup failing
/// @{

namespace detail {
class CancelState;
}

/// Cancels calls, which std::future cannot do. The option cancelToken() of a call takes one.
/// Copyable; one token may serve many calls. *thread-safe*
class KSQLDB_API CancelToken {
public:
    /// A token that is never cancelled.
    CancelToken() noexcept;
    /// Whether its source was cancelled.
    bool isCancelled() const noexcept;

private:
    friend class CancelSource;
    friend class detail::CancelState;
    std::shared_ptr<detail::CancelState> state_;
};

/// Makes tokens and cancels them. Copies share one state. *thread-safe*
class KSQLDB_API CancelSource {
public:
    /// A source of its own, not cancelled.
    CancelSource();
    /// A token of this source.
    CancelToken token() const noexcept;
    /// Ends every call that holds a token of this source, and returns at once. streamQuery(),
    /// streamLines() and a LiveTable end with Ending::Kind::Cancelled, every other call with
    /// Error(Cancelled).
    void cancel() noexcept;

private:
    std::shared_ptr<detail::CancelState> state_;
};

/// @}

}  // namespace ksqldb
