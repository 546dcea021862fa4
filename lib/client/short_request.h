#pragma once
#include "delivery/delivery_thread.h"
#include "transport/http_request.h"
#include "transport/response_handler.h"

#include <ksqldb/outcome.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace ksqldb::client {

/// A request whose whole answer is wanted at once. What it brought, an answer of status 200 or an
/// Error, is given to `done` on the thread that satisfies futures.
class ShortRequest : public transport::ResponseHandler,
                     public delivery::Runnable,
                     public std::enable_shared_from_this<ShortRequest> {
public:
    using Done = std::function<void(Outcome<std::string>)>;

    ShortRequest(std::shared_ptr<delivery::DeliveryThread> thread, std::string endpoint,
                 std::string statement, std::chrono::milliseconds limit, Done done);

    Taken onBody(int status, std::string_view bytes) override;
    Timer onTimer(transport::Clock::time_point now) override;
    void onEnd(const transport::TransferEnd& end) override;
    void run() noexcept override;

private:
    static constexpr std::size_t maxBodyBytes = std::size_t{16} << 20;

    Error errorOf(const transport::TransferEnd& end) const;

    const std::shared_ptr<delivery::DeliveryThread> thread_;
    const std::string endpoint_;
    const std::string statement_;
    const std::chrono::milliseconds limit_;
    const transport::Clock::time_point started_ = transport::Clock::now();
    Done done_;
    std::string body_;
    std::optional<Error> error_;
};

}  // namespace ksqldb::client
