#pragma once
#include "relay.h"
#include "server/answer_faults.h"
#include "server/numbered_source.h"
#include "support.h"

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace ksqldb::test {

/// What goes wrong, once, with a call's first request or the server behind it.
enum class Fault {
    Refused,           ///< nobody listens, and then somebody does
    UnknownName,       ///< the server's name does not resolve, and then it does
    ResetBeforeHead,   ///< the connection is reset: before the head of the answer,
    ResetAfterHead,    ///< behind it,
    ResetInRow,        ///< in the middle of a row, of an acknowledgement, of an element,
    ResetBetweenRows,  ///< between two of them
    Stall,             ///< nothing comes behind some rows, and the connection stays
    HalfOpen,          ///< nothing passes any more in either direction, and nobody says so
    KillAndRestart,    ///< the connection is cut, the port refuses, a server starts
    OrderlyStop,       ///< push queries end as finished ones, then the same
    SlowTrickle,       ///< all comes, in small pieces
    RateLimited,       ///< 429
    NotReady,          ///< 503
};
std::string_view toString(Fault fault);

/// The surroundings of one call: a server, the way to it, and a fault.
class FaultWorld {
public:
    struct Place {
        std::string path;
        Script answer;  ///< what answers well; none: the server itself
        /// So many parts of the body come before a fault in a row, between rows, and a stall.
        std::size_t partsBefore = 0;
        /// A fault in the middle strikes by strike(), when the call has what came before it: a
        /// reset may overtake what the server has sent.
        bool waitsForTheMiddle = false;
        /// The answer is not over when the server or the way to it goes, by itself.
        bool isEndless = false;
    };
    FaultWorld(Fault fault, const Place& place);
    ~FaultWorld();

    /// With limits and repetitions that fit the fault.
    ClientOptions clientOptions();
    /// Attempts until it works, for as long as a test takes.
    static RetryPolicy policy();
    /// Whether only a limit of time can find the fault.
    bool isSilent() const { return fault_ == Fault::Stall || fault_ == Fault::HalfOpen; }
    /// So short is that limit.
    static constexpr std::chrono::milliseconds limit{1000};

    Fault fault() const { return fault_; }
    LocalServer& server() { return server_; }

    /// Whether the call has to have come half its way when strike() is called.
    bool strikesInTheMiddle() const;
    void strike();
    /// The fault passes.
    void heal();

    /// The call has failed or is about to be repeated. *thread-safe*
    void noteTrouble();
    bool waitForTrouble();

private:
    Script firstAnswer() const;
    bool isAction() const;
    bool usesRelay() const;

    const Fault fault_;
    const Place place_;
    const std::shared_ptr<Event> healed_ = std::make_shared<Event>();
    std::mutex mutex_;
    std::condition_variable changed_;
    bool isTrouble_ = false;
    LocalServer server_;
    Relay relay_{server_.wirePort()};
};

}  // namespace ksqldb::test
