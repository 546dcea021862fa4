#pragma once
#include "base/error_context.h"
#include "base/log.h"
#include "client/attempts/call_watch.h"
#include "client/attempts/next_step.h"
#include "client/calls/exchange_call.h"
#include "client/calls/query_attempt.h"
#include "client/calls/resumption.h"
#include "client/calls/running_calls.h"
#include "client/servers/route.h"
#include "delivery/producer.h"
#include "delivery/row_channel.h"
#include "transport/event_loop.h"
#include "transport/http_request.h"

#include <ksqldb/cancel.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace ksqldb::client {

/// A query as the application asked for it: from the call to its one end, through as many attempts
/// as it takes, one after the other. Its consumer sees one channel, one header and one end.
/// *thread-safe*; what is not is the event loop's.
class QueryCall : public delivery::Producer, public std::enable_shared_from_this<QueryCall> {
public:
    struct Setup {
        CallKind kind;
        transport::HttpRequest request;
        base::ErrorContext context;
        QueryLimits limits;
        RetryPolicy retry;
        std::optional<Resumption> resumption;
        base::Logger logger;
        std::shared_ptr<protocol::RowDecoder> decoder;  // the event loop's
        protocol::Content content = protocol::Content::Rows;
        std::shared_ptr<Route> route{};  // none: there is one server
        bool isPush = true;              // or may be
        RunningCalls::Entry running{};
        /// Asks the query's server whether it is there.
        std::optional<transport::HttpRequest> question{};
        std::shared_ptr<CallWatch> watch{};  // none: nobody observes it
    };
    QueryCall(std::shared_ptr<transport::EventLoop> loop,
              std::shared_ptr<delivery::RowChannel> channel, Setup setup);

    /// Starts the first attempt. Ends at once, without one, where `token` is cancelled already.
    void start(const CancelToken& token);
    /// Ends at once, without an attempt.
    void refuse(const Error& error);

    // For the consumer.
    void resume() noexcept override;
    void cancel() noexcept override;

    // For the attempt, on the event loop.
    const QueryLimits& limits() const noexcept { return setup_.limits; }
    protocol::Content content() const noexcept { return setup_.content; }
    const base::Logger& logger() const noexcept { return setup_.logger; }
    protocol::RowDecoder& decoder() noexcept { return *setup_.decoder; }
    base::Clock::time_point started() const noexcept { return started_; }
    delivery::RowChannel& channel() noexcept { return *channel_; }
    /// Rows of all batches that the consumer has been offered.
    std::uint64_t rowsOffered() const noexcept { return channel_->flow().rows(); }
    /// Where the attempt's rows come from; empty: from where all of the call's do.
    std::string chosenEndpoint() const;
    /// With that.
    base::ErrorContext context() const;
    void answered();
    /// Requires that the channel has a place.
    void offer(std::shared_ptr<protocol::Batch> batch);
    /// See Resumption::takeHeader(). The header of a further attempt reaches no consumer.
    std::optional<Error> takeHeader(const Header& header, protocol::Batch& batch,
                                    std::uint32_t beforeRow);
    /// See Liveness.
    std::shared_ptr<ExchangeCall> question(ExchangeCall::Done done) const;
    void askTimer() { loop_->askTimer(id_); }
    /// What an attempt before could not hand over.
    std::shared_ptr<protocol::Batch> takeKept() noexcept { return std::move(kept_); }
    /// Starts another attempt, or ends the call. `last`: what the attempt had not handed over.
    void attemptEnded(QueryAttempt::Result result, std::shared_ptr<protocol::Batch> last);

private:
    using Clock = base::Clock;

    void startAttempt(Clock::time_point notBefore, std::uint64_t skip = 0);
    /// None: the call may take as long as it likes.
    std::optional<Clock::time_point> deadline() const;
    /// These take `last` if they start an attempt.
    bool repeat(const QueryAttempt::Result& result, std::shared_ptr<protocol::Batch>& last);
    bool resumeAfter(const QueryAttempt::Result& result, std::shared_ptr<protocol::Batch>& last);
    /// Whether an attempt at another server would bring the application anything twice.
    bool isHandedOver() const;
    bool hasOther() const { return setup_.route && setup_.route->hasOther(); }
    /// Tells who observes it that the attempt has ended. Before whatever follows it begins.
    void tellAttemptEnd(const QueryAttempt::Result& result, bool isRepeated) const;
    void log(const std::string& text) const;
    Ending endingOf(const QueryAttempt::Result& result) const;
    void end(Ending ending, std::shared_ptr<protocol::Batch> last);
    void logEnd(const Ending& ending) const;

    const std::shared_ptr<transport::EventLoop> loop_;
    const transport::EventLoop::TransferId id_;
    const Clock::time_point started_ = Clock::now();
    Setup setup_;
    std::atomic<bool> cancelled_{false};

    // The event loop's.
    std::shared_ptr<delivery::RowChannel> channel_;
    unsigned attempts_ = 0;
    unsigned rounds_ = 1;                    // attempts that the policy counts
    std::shared_ptr<protocol::Batch> kept_;  // for the next attempt
    std::optional<Header> header_;           // that of the first attempt that had one
    std::uint64_t rows_ = 0;
    std::uint64_t bytes_ = 0;
};

}  // namespace ksqldb::client
