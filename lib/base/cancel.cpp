#include "base/cancel_state.h"

#include <ksqldb/cancel.h>

namespace ksqldb {

CancelToken::CancelToken() noexcept = default;
bool CancelToken::isCancelled() const noexcept { return state_ && state_->source.stop_requested(); }

CancelSource::CancelSource() : state_(std::make_shared<detail::CancelState>()) {}
CancelToken CancelSource::token() const noexcept {
    CancelToken token;
    token.state_ = state_;
    return token;
}
void CancelSource::cancel() noexcept { state_->source.request_stop(); }

}  // namespace ksqldb
