#pragma once
#include <ksqldb/export.h>

#include <memory>

namespace ksqldb {

namespace detail {
class CancelState;
}

/// A way to call off what std::future cannot. Handed to calls by QueryOptions::cancelToken and
/// StreamOptions::cancelToken. Copyable; one token may serve many calls. *thread-safe*
class KSQLDB_API CancelToken {
public:
    /// A token that is never cancelled.
    CancelToken() noexcept;
    bool isCancelled() const noexcept;

private:
    friend class CancelSource;
    friend class detail::CancelState;
    std::shared_ptr<detail::CancelState> state_;
};

/// Makes tokens and cancels them. Copies share one state. *thread-safe*
class KSQLDB_API CancelSource {
public:
    CancelSource();
    CancelToken token() const noexcept;
    /// Returns at once. Every call that holds a token of this source ends: executeQuery with
    /// Error(Cancelled), a stream with Ending::Kind::Cancelled.
    void cancel() noexcept;

private:
    std::shared_ptr<detail::CancelState> state_;
};

}  // namespace ksqldb
