#pragma once
#include <ksqldb/cancel.h>

#include <stop_token>

namespace ksqldb::detail {

/// What a CancelSource and its tokens share. C++17 knows no std::stop_source, so public headers
/// cannot.
class CancelState {
public:
    /// For std::stop_callback, to hear of it. Of a token that is never cancelled: one that is never
    /// stopped.
    static std::stop_token of(const CancelToken& token) noexcept {
        return token.state_ ? token.state_->source.get_token() : std::stop_token();
    }

    std::stop_source source;
};

}  // namespace ksqldb::detail
