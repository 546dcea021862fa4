#include "push_query.h"
#include "server/push_token.h"

#include <ksqldb/error.h>

#include <utility>

namespace ksqldb::testing {

using Sent = Push::Impl::Sent;
using Stop = Push::Impl::Stop;

Push::Push(std::shared_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}

Push& Push::columns(std::string_view columns) {
    auto parsed = detail::columnsOf(columns);
    std::lock_guard lock(impl_->mutex);
    if (!impl_->sent.empty())
        throw Error(ErrorCode::InvalidArgument, "columns() after rows were sent");
    impl_->columns = std::move(parsed);
    return *this;
}

std::size_t Push::add(const detail::RowValues& values, bool isTombstone) {
    std::shared_ptr<server::Event> changed;
    std::size_t count = 0;
    {
        std::lock_guard lock(impl_->mutex);
        if (impl_->columns.empty())
            throw Error(ErrorCode::InvalidArgument, "send() without columns() before it");
        impl_->sent.push_back({isTombstone ? Sent::Kind::Tombstone : Sent::Kind::Row,
                               detail::rowJson(impl_->columns, values)});
        count = impl_->subscribers.size();
        changed = impl_->takeChanged();
    }
    changed->set();
    return count;
}

void Push::sendToken() {
    std::shared_ptr<server::Event> changed;
    {
        std::lock_guard lock(impl_->mutex);
        const std::size_t at = impl_->sent.size() + 1;
        impl_->sent.push_back({Sent::Kind::Token, server::pushToken(impl_->tokenAt, at)});
        impl_->tokenAt = at;
        changed = impl_->takeChanged();
    }
    changed->set();
}

void Push::end() { impl_->stop({Stop::Kind::End, {}}); }

void Push::fail(int code, std::string_view message) {
    impl_->stop({Stop::Kind::Fail, detail::refusalOf(code, message)});
}

void Push::disconnect() { impl_->stop({Stop::Kind::Disconnect, {}}); }

std::size_t Push::subscribers() const {
    std::lock_guard lock(impl_->mutex);
    return impl_->subscribers.size();
}

bool Push::waitForSubscribers(std::size_t count, milliseconds timeout) const {
    std::unique_lock lock(impl_->mutex);
    return impl_->subscribersChanged.wait_for(lock, timeout,
                                              [&] { return impl_->subscribers.size() == count; });
}

}  // namespace ksqldb::testing
