#pragma once
#include <cstddef>
#include <iterator>
#include <type_traits>

namespace ksqldb::detail {

/// The iterator of a stream whose rows are asked for: single pass. `Reference`: to the
/// stream's current row, or that row itself. Advancing blocks and throws as the stream's next()
/// does.
template <class Stream, class Reference>
class StreamIterator {
public:
    using value_type = std::remove_cv_t<std::remove_reference_t<Reference>>;
    using reference = Reference;
    using pointer = std::conditional_t<std::is_reference_v<Reference>,
                                       std::remove_reference_t<Reference>, const Reference>*;
    using difference_type = std::ptrdiff_t;
    using iterator_category = std::input_iterator_tag;

    StreamIterator() noexcept = default;  ///< the end

    reference operator*() const noexcept { return stream_->current(); }
    pointer operator->() const noexcept { return &stream_->current(); }
    StreamIterator& operator++() {
        if (!stream_->advance()) stream_ = nullptr;
        return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const StreamIterator& a, const StreamIterator& b) noexcept {
        return a.stream_ == b.stream_;
    }
    friend bool operator!=(const StreamIterator& a, const StreamIterator& b) noexcept {
        return !(a == b);
    }

private:
    friend Stream;
    explicit StreamIterator(Stream* stream) : stream_(stream) { ++*this; }
    Stream* stream_ = nullptr;
};

}  // namespace ksqldb::detail
