#pragma once
#include "base/clock.h"
#include "base/log.h"
#include "client/attempts/call_watch.h"
#include "client/calls/running_calls.h"
#include "client/options/size_limits.h"
#include "client/servers/route.h"
#include "delivery/insert_channel.h"
#include "protocol/insert_acknowledgements.h"
#include "transport/body_source.h"
#include "transport/event_loop.h"
#include "transport/http_request.h"
#include "transport/response_handler.h"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace ksqldb::client {

/// One request to /inserts-stream: sends the target's line and the channel's rows while it reads
/// the acknowledgements. It ends the channel, exactly once. Where a server cannot be reached, so
/// that nothing was sent, it goes on to the next. Its members are the event loop's.
class InsertAttempt : public transport::ResponseHandler,
                      public transport::BodySource,
                      public std::enable_shared_from_this<InsertAttempt> {
public:
    struct Setup {
        std::string targetLine;
        /// Rows follow the target at once. Else they wait for the server's 200, without which none
        /// of them is sent.
        bool rowsAtOnce = false;
        std::chrono::milliseconds headerTimeout{0};
        std::chrono::milliseconds acknowledgementTimeout{0};
        std::chrono::milliseconds requestTimeout{0};
        std::chrono::milliseconds timeout{0};  ///< for the whole
        SizeLimits sizes{};
        base::Logger logger;
        std::function<void()> ended;  ///< after the channel was ended
        /// None: there is one server.
        std::shared_ptr<Route> route{};
        transport::HttpRequest request{};
        std::shared_ptr<transport::EventLoop> loop{};
        transport::EventLoop::TransferId id = 0;
        RunningCalls::Entry running{};
        std::shared_ptr<CallWatch> watch{};  ///< none: nobody observes it
        bool endsCall = false;               ///< and it is the call's only part
    };
    InsertAttempt(std::shared_ptr<detail::InsertChannel> channel, Setup setup);

    /// Sends the request. *any thread*
    void begin();

    Piece read(char* into, std::size_t room) override;
    bool rewind() override;

    void onHead(const transport::ResponseHead& head) override;
    Taken onBody(std::string_view bytes) override;
    void onRoundEnd() override;
    Timer onTimer(transport::Clock::time_point now) override;
    void onEnd(const transport::TransferEnd& end) override;

private:
    /// When all is acknowledged, or nothing more of a refusal has come, the server has so long to
    /// end its answer. libcurl 7.88 does not notice an end that came before the request's.
    static constexpr std::chrono::milliseconds patienceAtEnd{1000};
    static constexpr std::chrono::milliseconds timerStep{1000};
    /// While rows are under way, those that come so soon after another go with one DATA frame.
    static constexpr std::chrono::milliseconds gatherTime{1};

    /// Hands what was acknowledged to the channel, and then what ended the stream.
    void takeAnswer();
    std::optional<Error> errorOf(const transport::TransferEnd& end) const;
    bool goOnElsewhere(const std::optional<Error>& error);
    void tellAttemptEnd(const std::optional<Error>& error, bool isRepeated) const;
    bool isRefused() const { return status_ != 0 && status_ != 200; }
    bool isOverdue(base::Clock::time_point now);
    void takeRefusal();
    /// Has the timer look once a timerStep, until there is nothing more to wait for: a stream that
    /// nobody uses wakes nobody.
    void lookFromNowOn();

    const std::shared_ptr<detail::InsertChannel> channel_;
    const Setup setup_;
    const base::Clock::time_point started_ = base::Clock::now();
    base::Clock::time_point begun_ = started_;  // at this server
    protocol::AcknowledgementReader reader_;
    std::size_t targetAt_ = 0;
    int status_ = 0;
    bool isEndSent_ = false;  // the request is whole
    bool looks_ = false;      // the timer is asked once a timerStep
    std::optional<base::Clock::time_point> doneSince_;
    std::string errorBody_;
    base::Clock::time_point refusalCame_;  // the last of it
    std::optional<Error> error_;           // the server's refusal, or our own reason to abort
};

/// Starts the attempt that sends the channel's rows, or ends it so at once.
void startInserts(std::shared_ptr<transport::EventLoop> loop,
                  const std::shared_ptr<detail::InsertChannel>& channel,
                  transport::HttpRequest request, InsertAttempt::Setup setup,
                  const std::optional<transport::TransferEnd>& end);

}  // namespace ksqldb::client
