#include "history.h"

#include <algorithm>

std::uint64_t History::Span::ratings() const {
    std::uint64_t all = 0;
    for (const std::uint64_t count : stars) all += count;
    return all;
}

std::uint64_t History::Span::sum() const {
    std::uint64_t all = 0;
    for (std::size_t i = 0; i < stars.size(); ++i) all += stars[i] * (i + 1);
    return all;
}

History::Span& History::Span::operator+=(const Span& other) {
    for (std::size_t i = 0; i < stars.size(); ++i) stars[i] += other.stars[i];
    skipped += other.skipped;
    hasGap = hasGap || other.hasGap;
    return *this;
}

void History::add(int stars) {
    ++current().stars[static_cast<std::size_t>(std::clamp(stars, 1, 5) - 1)];
}

void History::skip(std::uint64_t rows) { current().skipped += rows; }

void History::addGap() { current().hasGap = true; }

std::int64_t History::now() {
    return std::chrono::duration_cast<std::chrono::seconds>(Clock::now().time_since_epoch())
        .count();
}

History::Span History::between(std::int64_t from, std::int64_t to) const {
    const std::int64_t begin = end_ - static_cast<std::int64_t>(seconds_.size());
    Span all;
    for (std::int64_t i = std::max(from, begin); i < std::min(to, end_); ++i)
        all += seconds_[static_cast<std::size_t>(i - begin)];
    return all;
}

History::Span& History::current() {
    const std::int64_t second = now();
    if (seconds_.empty() || second - end_ >= kept) {
        seconds_.clear();
        end_ = second;
    }
    for (; end_ <= second; ++end_) seconds_.emplace_back();
    while (static_cast<std::int64_t>(seconds_.size()) > kept) seconds_.pop_front();
    return seconds_.back();
}
