#include "transport/epoll_driver.h"

#include "base/clock.h"
#include "transport/curl_error.h"

#include <ksqldb/error.h>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <iterator>
#include <utility>

namespace ksqldb::transport {

EpollDriver::EpollDriver(CurlApi& api, CURLM* multi)
    : api_(api),
      multi_(multi),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      wakeUp_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = wakeUp_;
    if (epoll_ < 0 || wakeUp_ < 0 || epoll_ctl(epoll_, EPOLL_CTL_ADD, wakeUp_, &event) != 0) {
        if (epoll_ >= 0) close(epoll_);
        if (wakeUp_ >= 0) close(wakeUp_);
        throw Error(ErrorCode::NoDescriptor, "the process has no file descriptors left");
    }
    const auto set = [this](CURLMoption option, auto value) {
        if (failure_ == CURLM_OK) failure_ = api_.multiSetopt(multi_, option, value);
    };
    set(CURLMOPT_SOCKETFUNCTION, &EpollDriver::onSocket);
    set(CURLMOPT_SOCKETDATA, this);
    set(CURLMOPT_TIMERFUNCTION, &EpollDriver::onTimer);
    set(CURLMOPT_TIMERDATA, this);
    if (failure_ == CURLM_OK) return;
    close(epoll_);
    close(wakeUp_);
    throw errorFromCall("curl_multi_setopt", failure_);
}

EpollDriver::~EpollDriver() {
    close(epoll_);
    close(wakeUp_);
}

void EpollDriver::forget(CURL* easy) {
    // libcurl may go on with the socket, to close TLS, and need not tell.
    for (const State state : {State::Rests, State::WasRead})
        if (const auto watched = find(easy, state); watched != watched_.end()) {
            watched->second.state = State::Awake;
            setEvents(*watched);
        }
    sockets_.erase(easy);
    curl_off_t connected = 0;
    api_.easyGetinfo(easy, CURLINFO_CONNECT_TIME_T, &connected);
    if (connected != 0) return;  // then libcurl tells of its socket before it closes that
    for (auto at = watched_.begin(); at != watched_.end();) {
        epoll_event event{};
        const bool mine = at->second.easy == easy;
        if (mine) epoll_ctl(epoll_, EPOLL_CTL_DEL, at->first, &event);
        at = mine ? watched_.erase(at) : std::next(at);
    }
}

CURLMcode EpollDriver::perform() {
    for (int i = 0; i < eventCount_; ++i) {
        const epoll_event& event = events_[static_cast<std::size_t>(i)];
        if (event.data.fd == wakeUp_) {
            std::uint64_t count = 0;
            static_cast<void>(!read(wakeUp_, &count, sizeof count));
            continue;
        }
        CURL* failing = nullptr;
        int ready = ((event.events & EPOLLIN) ? CURL_CSELECT_IN : 0) |
                    ((event.events & EPOLLOUT) ? CURL_CSELECT_OUT : 0);
        if ((event.events & (EPOLLERR | EPOLLHUP)) != 0) {
            ready |= CURL_CSELECT_ERR;
            // Or libcurl before 8.10 would not read what came before the end.
            const auto watched = watched_.find(event.data.fd);
            if (watched != watched_.end()) {
                failing = watched->second.easy;
                if (watched->second.state != State::Awake) ready |= CURL_CSELECT_IN;
            }
        }
        act(event.data.fd, ready);
        if (failing != nullptr) tryNextAddress(failing);
    }
    eventCount_ = 0;
    readRested();
    // Once: it may be set anew at once, by a transfer that has not read all there is, and others
    // come first.
    if (timer_ && *timer_ <= Clock::now()) {
        timer_.reset();
        act(CURL_SOCKET_TIMEOUT, 0);
    }
    return std::exchange(failure_, CURLM_OK);
}

void EpollDriver::act(curl_socket_t socket, int ready) {
    int running = 0;
    const CURLMcode result = api_.multiSocketAction(multi_, socket, ready, &running);
    if (failure_ == CURLM_OK) failure_ = result;
}

void EpollDriver::tryNextAddress(CURL* easy) {
    long sent = 0;
    if (api_.easyGetinfo(easy, CURLINFO_REQUEST_SIZE, &sent) != CURLE_OK) return;
    const auto socket = sockets_.find(easy);
    if (sent > 0 || socket == sockets_.end()) return;
    const auto watched = watched_.find(socket->second);
    if (watched != watched_.end() && watched->second.easy == easy) return;
    // A change of what is paused has libcurl look at the transfer at once. One that has ended is
    // refused.
    if (api_.easyPause(easy, CURLPAUSE_RECV) != CURLE_OK) return;
    const CURLcode result = api_.easyPause(easy, CURLPAUSE_CONT);
    if (result != CURLE_OK) stuck_.push_back({easy, errorFromCurl({.result = result})});
}

void EpollDriver::wait(std::chrono::milliseconds limit) {
    wakeRested();
    if (timer_)
        limit = std::clamp(std::chrono::ceil<std::chrono::milliseconds>(*timer_ - Clock::now()),
                           std::chrono::milliseconds(0), limit);
    if (!rests_.empty() && limit.count() > 0) {
        // Rests are shorter than epoll_wait() can wait.
        const auto left = std::clamp<Clock::duration>(rests_.front().until - Clock::now(),
                                                      Clock::duration(0), limit);
        const auto seconds = std::chrono::floor<std::chrono::seconds>(left);
        const timespec time{seconds.count(), (left - seconds).count()};
        pollfd events{epoll_, POLLIN, 0};
        if (ppoll(&events, 1, &time, nullptr) <= 0) return;
        limit = std::chrono::milliseconds(0);
    }
    eventCount_ = std::max(0, epoll_wait(epoll_, events_.data(), static_cast<int>(events_.size()),
                                         static_cast<int>(limit.count())));
}

void EpollDriver::rest(CURL* easy, Clock::time_point until) {
    auto watched = find(easy, State::WasRead);
    if (watched == watched_.end()) watched = find(easy, State::Awake);
    if (watched == watched_.end()) return;
    rests_.push_back({easy, until});
    if (std::exchange(watched->second.state, State::Rests) == State::Awake) setEvents(*watched);
}

void EpollDriver::readRested() {
    if (rests_.empty()) return;
    const Clock::time_point now = Clock::now();
    while (!rests_.empty() && rests_.front().until <= now) {
        CURL* const easy = rests_.front().easy;
        rests_.pop_front();
        const auto watched = find(easy, State::Rests);
        if (watched == watched_.end()) continue;  // it has ended
        watched->second.state = State::WasRead;
        wereRead_.push_back(easy);
        act(watched->first, CURL_CSELECT_IN);
    }
}

void EpollDriver::wakeRested() {
    for (CURL* easy : wereRead_) {
        const auto watched = find(easy, State::WasRead);
        if (watched == watched_.end()) continue;  // it rests again, or has ended
        watched->second.state = State::Awake;
        setEvents(*watched);
    }
    wereRead_.clear();
}

EpollDriver::Watched::iterator EpollDriver::find(CURL* easy, State state) {
    const auto socket = sockets_.find(easy);
    if (socket == sockets_.end()) return watched_.end();
    const auto watched = watched_.find(socket->second);
    const bool found =
        watched != watched_.end() && watched->second.easy == easy && watched->second.state == state;
    return found ? watched : watched_.end();
}

bool EpollDriver::setEvents(Watched::const_reference watched) const {
    const auto& [socket, watch] = watched;
    epoll_event event{};
    event.data.fd = socket;
    event.events = watch.events;
    if (watch.state != State::Awake) event.events &= ~std::uint32_t{EPOLLIN};
    // One that libcurl closed by itself, a resolver's, may come again under its number as another.
    return epoll_ctl(epoll_, EPOLL_CTL_MOD, socket, &event) == 0 ||
           epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event) == 0;
}

void EpollDriver::wake() {
    const std::uint64_t one = 1;
    static_cast<void>(!write(wakeUp_, &one, sizeof one));
}

std::vector<MultiDriver::Stuck> EpollDriver::takeStuck() { return std::exchange(stuck_, {}); }

int EpollDriver::onSocket(CURL* easy, curl_socket_t socket, int what, void* self, void*) {
    auto& driver = *static_cast<EpollDriver*>(self);
    try {
        if (!driver.watch(easy, socket, what))
            driver.stuck_.push_back(
                {easy, Error(ErrorCode::NoDescriptor, "epoll cannot watch another socket")});
    } catch (...) {
        // To libcurl -1 would be the end of all transfers, and of later ones.
        driver.failure_ = CURLM_OUT_OF_MEMORY;
    }
    return 0;
}

bool EpollDriver::watch(CURL* easy, curl_socket_t socket, int what) {
    if (what == CURL_POLL_REMOVE) {
        unwatch(socket);
        return true;
    }
    std::uint32_t events = 0;
    if (what == CURL_POLL_IN || what == CURL_POLL_INOUT) events |= EPOLLIN;
    if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT) events |= EPOLLOUT;
    sockets_[easy] = socket;
    const auto watched = watched_.try_emplace(socket, Watch{easy, events, State::Awake}).first;
    if (watched->second.easy != easy) watched->second = {easy, events, State::Awake};
    watched->second.events = events;
    if (setEvents(*watched)) return true;
    watched_.erase(watched);
    return false;
}

void EpollDriver::unwatch(curl_socket_t socket) {
    epoll_event event{};
    if (watched_.erase(socket) != 0) epoll_ctl(epoll_, EPOLL_CTL_DEL, socket, &event);
}

int EpollDriver::onTimer(CURLM*, long timeoutMs, void* self) {
    std::optional<Clock::time_point>& timer = static_cast<EpollDriver*>(self)->timer_;
    if (timeoutMs < 0)
        timer.reset();
    else
        timer = base::after(Clock::now(), std::chrono::milliseconds(timeoutMs));
    return 0;
}

}  // namespace ksqldb::transport
