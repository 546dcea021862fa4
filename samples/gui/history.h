#pragma once
#include <array>
#include <chrono>
#include <cstdint>
#include <deque>

/// What came in each of the last seconds, however many rows that were: so what a chart has to draw
/// does not grow with them.
class History {
public:
    using Clock = std::chrono::steady_clock;

    struct Span {
        std::array<std::uint64_t, 5> stars{};  ///< ratings with one star, two, …
        std::uint64_t skipped = 0;
        bool hasGap = false;  ///< rows may be missing: the query was interrupted

        std::uint64_t ratings() const;
        std::uint64_t sum() const;  ///< of their stars
        Span& operator+=(const Span& other);
    };

    static constexpr std::int64_t kept = 1800;

    void add(int stars);
    void skip(std::uint64_t rows);
    void addGap();

    /// The second that is running, from an arbitrary beginning.
    static std::int64_t now();
    /// What came from one second to before the other.
    Span between(std::int64_t from, std::int64_t to) const;

private:
    Span& current();

    std::deque<Span> seconds_;  // the oldest first
    std::int64_t end_ = 0;      // the second after the newest
};
