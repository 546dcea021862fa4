#pragma once
#include "fault_world.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace ksqldb::test {

enum class CallKind {
    Pull,
    PullTyped,     ///< executeQuery<T>()
    PushCallback,  ///< with continuation tokens
    PushPolled,    ///< with continuation tokens
    PushLatest,    ///< without tokens, ResumeFrom::Latest
    PushSkipSeen,  ///< without tokens, ResumeFrom::SkipSeen
    InsertStream,
    Statement,
    Listing,
    LiveTable,
};
std::string_view toString(CallKind kind);

/// What became of a call.
struct Verdict {
    std::optional<Error> error{};  ///< none: it survived
    std::uint64_t lost = 0;        ///< rows that should have come, or that were said to be stored
    std::uint64_t twice = 0;       ///< rows that came, or were stored, once too often
    bool isGapTold = false;
    std::uint64_t mostTwice = 0;  ///< so many at most, the call said
    std::string remark{};         ///< for inserts and statements: what the server has done

    /// "ok, 2 twice", "ConnectFailed, repeatable"
    std::string text() const;
};

/// A call, and what is done with it while its world goes wrong.
class FaultyCall {
public:
    virtual ~FaultyCall() = default;
    virtual void begin() = 0;
    /// Waits until it is half its way.
    virtual void reachMiddle() = 0;
    /// Waits until it has failed or is about to be repeated.
    virtual void noticeFault() = 0;
    /// What happens meanwhile.
    virtual void duringOutage() {}
    /// Waits until it has ended, or all rows have come.
    virtual Verdict finish() = 0;
};

/// One cell of the matrix.
Verdict runCell(Fault fault, CallKind kind);

// By kind: where in the world it is, and the call itself.
FaultWorld::Place placeOfPush(CallKind kind, const server::NumberedSource& source);
std::unique_ptr<FaultyCall> pushCall(CallKind kind, FaultWorld& world,
                                     const server::NumberedSource& source);
FaultWorld::Place placeOfLiveTable(const server::NumberedSource& source);
std::unique_ptr<FaultyCall> liveTableCall(FaultWorld& world, const server::NumberedSource& source);
struct ShortCall {
    FaultWorld::Place place;
    std::function<std::unique_ptr<FaultyCall>(FaultWorld&)> make;
};
ShortCall pullCall();
ShortCall typedPullCall();
ShortCall statementCall();
ShortCall listingCall();
ShortCall insertCall();

}  // namespace ksqldb::test
