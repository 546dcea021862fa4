#pragma once
#include "base/log.h"
#include "base/thread.h"
#include "core/delivery_thread.h"
#include "core/query_transfer.h"
#include "core/row_channel.h"
#include "core/settings.h"
#include "core/short_request.h"
#include "transport/event_loop.h"
#include "transport/http_request.h"

#include <ksqldb/client.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace ksqldb::core {

/// What is behind a Client: the settings, checked, and the threads.
class ClientCore {
public:
    explicit ClientCore(const detail::ClientSettings& settings);
    ~ClientCore();
    ClientCore(const ClientCore&) = delete;
    ClientCore& operator=(const ClientCore&) = delete;

    /// Which of the two forms of answer is asked for first.
    enum class Answer {
        StreamedRow,  // brings tombstones, final messages and tokens
        Delimited,    // servers 0.25 to 7.5 corrupt large pull answers in the other form
    };
    void startQuery(const std::shared_ptr<RowChannel>& channel, const std::string& sql,
                    const detail::CallSettings& call, Answer answer, QueryLimits limits);
    void startRequest(transport::HttpRequest::Method method, std::string path, std::string body,
                      std::string statement, ShortRequest::Done done);

    /// The next delivery thread, in turn.
    std::shared_ptr<DeliveryThread> deliveryThread();
    const std::shared_ptr<DeliveryThread>& futuresThread() const { return futures_; }
    const detail::Logger& logger() const { return logger_; }

    bool isForked() const { return process_.isForked(); }
    static Error usedAfterFork();
    void close();
    /// Threads that may not be waited for end by themselves.
    void letGo();

private:
    const detail::ProcessMark process_;
    const detail::ClientSettings settings_;
    const detail::Logger logger_;
    const std::shared_ptr<const transport::ConnectionSettings> connection_;
    const std::shared_ptr<detail::RowDecoder> loopDecoder_ = std::make_shared<detail::RowDecoder>();
    const std::shared_ptr<DeliveryThread> futures_ =
        std::make_shared<DeliveryThread>("ksqldb-futures");
    std::vector<std::shared_ptr<DeliveryThread>> delivery_;
    std::atomic<unsigned> nextDelivery_{0};
    std::shared_ptr<transport::EventLoop> loop_;
    std::mutex closing_;
};

}  // namespace ksqldb::core
