#include "fault_world.h"

#include <dlfcn.h>
#include <netdb.h>

#include <array>
#include <stdexcept>
#include <utility>

namespace ksqldb::test {

namespace {

/// Whether this program's resolver, below, knows the name "server.test".
std::atomic<bool> isNameKnown{false};

}  // namespace
}  // namespace ksqldb::test

// It takes the C library's place for libcurl.
extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints,
                           addrinfo** result) {
    using Function = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
    static const auto real = reinterpret_cast<Function>(dlsym(RTLD_NEXT, "getaddrinfo"));
    if (node != nullptr && std::string_view(node) == "server.test") {
        if (!ksqldb::test::isNameKnown) return EAI_NONAME;
        node = "127.0.0.1";
    }
    return real(node, service, hints, result);
}

namespace ksqldb::test {

using server::AnswerFaults;

std::string_view toString(Fault fault) {
    constexpr std::array names{
        "refused",
        "name does not resolve",
        "reset before head",
        "reset after head",
        "reset in a row",
        "reset between rows",
        "stall",
        "half-open",
        "kill and restart",
        "orderly stop",
        "slow trickle",
        "429",
        "503",
    };
    return names.at(static_cast<std::size_t>(fault));
}

FaultWorld::FaultWorld(Fault fault, const Place& place) : fault_(fault), place_(place) {
    isNameKnown = false;
    if (place.answer) server_.on(place.path, "", place.answer);
    auto count = std::make_shared<std::atomic<int>>(0);
    if (const Script first = firstAnswer())
        server_.on(place.path, "", [=, healed = healed_](Exchange& exchange) {
            if ((*count)++ == 0) return first(exchange);
            exchange.waitFor(*healed);
            exchange.pass();
        });
    if (isAction()) healed_->set();
    if (fault == Fault::Refused) server_.kill();
    if (fault == Fault::SlowTrickle) relay_.slowDown(20);
}

FaultWorld::~FaultWorld() { healed_->set(); }

bool FaultWorld::isAction() const {
    return fault_ == Fault::HalfOpen || fault_ == Fault::KillAndRestart ||
           fault_ == Fault::OrderlyStop;
}

bool FaultWorld::usesRelay() const {
    return fault_ == Fault::HalfOpen || fault_ == Fault::SlowTrickle ||
           fault_ == Fault::ResetInRow || fault_ == Fault::ResetBetweenRows;
}

/// Of the first request; none: nothing is wrong with it.
Script FaultWorld::firstAnswer() const {
    const auto how =
        place_.waitsForTheMiddle ? AnswerFaults::End::Stall : AnswerFaults::End::ResetConnection;
    switch (fault_) {
        case Fault::ResetBeforeHead:
            return server::failing({.beforeHead = true});
        case Fault::ResetAfterHead:
            return server::failing({.afterParts = 0});
        case Fault::ResetInRow:
            return server::failing({.how = how, .afterParts = place_.partsBefore, .inPart = true});
        case Fault::ResetBetweenRows:
            return server::failing({.how = how, .afterParts = place_.partsBefore});
        case Fault::Stall:
            return server::failing(
                {.how = AnswerFaults::End::Stall, .afterParts = place_.partsBefore});
        case Fault::HalfOpen:
        case Fault::KillAndRestart:
        case Fault::OrderlyStop:
            if (place_.isEndless) return {};
            return server::failing(
                {.how = AnswerFaults::End::Stall, .afterParts = place_.partsBefore});
        case Fault::RateLimited:
            return server::rateLimited();
        case Fault::NotReady:
            return server::refusing(503, 50302, "KSQL is not yet ready to serve requests.");
        case Fault::Refused:
        case Fault::UnknownName:
        case Fault::SlowTrickle:
            return {};
    }
    throw std::logic_error("unknown fault");
}

ClientOptions FaultWorld::clientOptions() {
    std::string url = usesRelay() ? server_.urlBy("127.0.0.1", relay_.port()) : server_.url();
    if (fault_ == Fault::UnknownName) url = server_.urlBy("server.test", server_.wirePort());
    ClientOptions options(url);
    reach(options, {&server_});
    options.retry(policy()).log(LogLevel::Info, [this](LogLevel, std::string_view line) {
        for (const std::string_view sign : {"the next begins in", ": Waiting "})
            if (line.find(sign) != std::string_view::npos) noteTrouble();
    });
    if (isSilent()) options.headerTimeout(limit).requestTimeout(limit);
    return options;
}

RetryPolicy FaultWorld::policy() { return RetryPolicy().attempts(100'000).delay(1ms, 5ms); }

bool FaultWorld::strikesInTheMiddle() const {
    const bool isInRows =
        fault_ == Fault::ResetInRow || fault_ == Fault::ResetBetweenRows || fault_ == Fault::Stall;
    return isAction() || (isInRows && place_.waitsForTheMiddle);
}

void FaultWorld::strike() {
    if (fault_ == Fault::HalfOpen) relay_.freeze();
    if (fault_ == Fault::KillAndRestart) server_.kill();
    if (fault_ == Fault::OrderlyStop) server_.stopOrderly(20ms);
    const bool isReset = fault_ == Fault::ResetInRow || fault_ == Fault::ResetBetweenRows;
    if (isReset && place_.waitsForTheMiddle) relay_.reset();
}

void FaultWorld::heal() {
    isNameKnown = true;
    relay_.thaw();
    // A real server that starts answers 503 for a while.
    if (!server_.isListening()) server_.start({.notReadyRequests = 2});
    healed_->set();
}

void FaultWorld::noteTrouble() {
    const std::lock_guard lock(mutex_);
    isTrouble_ = true;
    changed_.notify_all();
}

bool FaultWorld::waitForTrouble() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [&] { return isTrouble_; });
}

}  // namespace ksqldb::test
