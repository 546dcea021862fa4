#include "transport/multi_driver.h"

#include <ksqldb/error.h>

#ifdef __linux__
#include "transport/epoll_driver.h"
#endif

namespace ksqldb::transport {

namespace {

class PollDriver : public MultiDriver {
public:
    PollDriver(CurlApi& api, CURLM* multi) : api_(api), multi_(multi) {}

    void perform() override {
        int running = 0;
        api_.multiPerform(multi_, &running);
    }
    void wait(std::chrono::milliseconds limit) override {
        api_.multiPoll(multi_, static_cast<int>(limit.count()));
    }
    void wake() override { api_.multiWakeup(multi_); }

private:
    CurlApi& api_;
    CURLM* const multi_;
};

}  // namespace

MultiDriver::Kind MultiDriver::best() noexcept {
#ifdef __linux__
    return Kind::Epoll;
#else
    return Kind::Poll;
#endif
}

std::unique_ptr<MultiDriver> MultiDriver::make(Kind kind, CurlApi& api, CURLM* multi) {
#ifdef __linux__
    if (kind == Kind::Epoll) return std::make_unique<EpollDriver>(api, multi);
#else
    static_cast<void>(kind);
#endif
    return std::make_unique<PollDriver>(api, multi);
}

}  // namespace ksqldb::transport
