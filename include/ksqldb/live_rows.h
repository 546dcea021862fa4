#pragma once
#include <ksqldb/export.h>
#include <ksqldb/row.h>
#include <ksqldb/table_key.h>
#include <ksqldb/type.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <utility>
#include <vector>

// The rows of a live table (live_table.h) and how they change. Not for applications.

namespace ksqldb::detail {

/// What a table's query tells its rows. All but the last group is called by one thread at a time,
/// that of the query's callbacks.
class KSQLDB_API TableRows {
public:
    TableRows();
    virtual ~TableRows();
    TableRows(const TableRows&) = delete;
    TableRows& operator=(const TableRows&) = delete;

    /// A query with these columns begins at the table's beginning. From the second one on its rows
    /// are put aside until settle(), for a replay brings old rows again that came before the ones
    /// that are known. Throws Error(RowMismatch).
    virtual void beginAnew(const Schema& schema) = 0;
    /// Takes rows and deletes, and calls back for what they change. Throws what a row's values or a
    /// callback throw, with the rows before it taken.
    virtual void apply(const RowBatch& rows) = 0;
    /// The present rows have come: what was put aside takes the place of what was known.
    virtual void settle() = 0;
    /// Calls back for the differences that settle() made.
    virtual void tellDifferences() = 0;

    // What a pull query has found, to know when the same has come. By any thread.
    virtual void beginCheck(const Schema& schema) = 0;
    virtual void check(const RowBatch& rows) = 0;
    /// How many rows that a pull query has found have not come.
    virtual std::size_t missing() const = 0;
    /// Whether each key has come that a pull query has found.
    virtual bool hasAllKeys() const = 0;

    /// No callback after this one.
    void silence() noexcept { silent_.store(true, std::memory_order_relaxed); }

protected:
    bool isSilent() const noexcept { return silent_.load(std::memory_order_relaxed); }

private:
    std::atomic<bool> silent_{false};
};

template <class Key, class T>
struct ChangeCallbacks {
    std::function<void(const Key&, const T&)> onInsert;
    std::function<void(const Key&, const T& before, const T& after)> onUpdate;
    std::function<void(const Key&, const T& before)> onDelete;
};

/// Has readers that come later wait for a writer that waits. std::shared_mutex may let them pass,
/// as glibc's does, and then readers without a pause leave a writer no moment. *thread-safe*
class WriterFirstMutex {
public:
    void lock() {
        turn_.lock();
        writerWaits_.store(true, std::memory_order_relaxed);
        mutex_.lock();
    }
    void unlock() {
        writerWaits_.store(false, std::memory_order_relaxed);
        mutex_.unlock();
        turn_.unlock();
    }
    void lock_shared() {
        if (writerWaits_.load(std::memory_order_relaxed)) {
            const std::lock_guard afterTheWriter(turn_);
        }
        mutex_.lock_shared();
    }
    void unlock_shared() { mutex_.unlock_shared(); }

private:
    std::shared_mutex mutex_;
    std::mutex turn_;  // held by who writes or waits to write
    std::atomic<bool> writerWaits_{false};
};

/// A batch is read first, then taken under one lock, then told without it: so readers wait for
/// nothing but the map, and callbacks may read.
template <class Key, class T, class Map>
class LiveRows : public TableRows {
    static constexpr bool keyIsMember = keyFrom<Key, T>() == KeyFrom::Member;

public:
    explicit LiveRows(ChangeCallbacks<Key, T> callbacks) : callbacks_(std::move(callbacks)) {}

    // For readers, on any thread.
    template <class F>
    auto read(F&& function) const -> decltype(function(std::declval<const Map&>())) {
        const std::shared_lock lock(mutex_);
        return std::forward<F>(function)(rows_);
    }

    void beginAnew(const Schema& schema) override {
        readers_.emplace(schema);
        Map old;
        Map oldPulled;
        const std::unique_lock lock(mutex_);
        isAnew_ = hasBegun_;
        hasBegun_ = true;
        old.swap(fresh_);
        oldPulled.swap(pulled_);
    }

    void apply(const RowBatch& batch) override {
        pending_.clear();
        changes_.clear();
        const std::exception_ptr failure = readInto(pending_, *readers_, batch);
        {
            const std::unique_lock lock(mutex_);
            for (Pending& one : pending_) take(one);
        }
        for (const Change& change : changes_) tell(change);
        if (failure) std::rethrow_exception(failure);
    }

    void settle() override {
        Map old;
        const std::unique_lock lock(mutex_);
        old.swap(pulled_);
        if (!isAnew_) return;
        rows_.swap(fresh_);
        isAnew_ = false;
        isSwapped_ = true;
    }

    void tellDifferences() override {
        if (!std::exchange(isSwapped_, false)) return;
        // Only this thread changes the maps, so it needs no lock to read them.
        Map old;
        {
            const std::unique_lock lock(mutex_);
            old.swap(fresh_);
        }
        for (const auto& [key, before] : old) {
            const auto found = rows_.find(key);
            if (found == rows_.end())
                call("onDelete", callbacks_.onDelete, key, before);
            else if (callbacks_.onUpdate && !Same<T>::check(before, found->second))
                call("onUpdate", callbacks_.onUpdate, key, before, found->second);
        }
        if (!callbacks_.onInsert) return;
        for (const auto& [key, after] : rows_)
            if (old.find(key) == old.end()) call("onInsert", callbacks_.onInsert, key, after);
    }

    void beginCheck(const Schema& schema) override {
        checkReaders_.emplace(schema);
        Map old;
        const std::unique_lock lock(mutex_);
        old.swap(formerPulled_);
        formerPulled_.swap(pulled_);
    }

    void check(const RowBatch& batch) override {
        std::vector<Pending> found;
        const std::exception_ptr failure = readInto(found, *checkReaders_, batch);
        const std::unique_lock lock(mutex_);
        for (Pending& one : found) {
            const Key& key = keyOf(one);
            const auto known = target().find(key);
            const bool isKnown = known != target().end();
            if (isKnown && Same<T>::check(known->second, *one.row)) continue;
            // What was another one in the last pull query changes faster than it can be compared.
            const auto former = formerPulled_.find(key);
            const bool isChanging =
                former != formerPulled_.end() && !Same<T>::check(former->second, *one.row);
            if (isKnown && isChanging) continue;
            add(pulled_, one);
        }
        if (failure) std::rethrow_exception(failure);
    }

    std::size_t missing() const override {
        const std::shared_lock lock(mutex_);
        return pulled_.size();
    }

    bool hasAllKeys() const override {
        const std::shared_lock lock(mutex_);
        for (const auto& entry : pulled_)
            if (target().find(entry.first) == target().end()) return false;
        return true;
    }

private:
    /// A row as it came; without a T it is a delete.
    struct Pending {
        std::optional<Key> key;  // none if it is in the row
        std::optional<T> row;
    };
    struct Change {
        Key key;
        std::optional<T> before;
        std::optional<T> after;
    };
    struct Readers {
        explicit Readers(const Schema& schema) : key(schema), row(schema) {}
        KeyReader<Key, T> key;
        TableRowReader<T> row;
    };

    Map& target() { return isAnew_ ? fresh_ : rows_; }
    const Map& target() const { return isAnew_ ? fresh_ : rows_; }

    static const Key& keyOf(const Pending& one) {
        if constexpr (keyIsMember) {
            if (one.row) return KeyColumns<T>::memberOf(*one.row);
        }
        return *one.key;
    }

    /// Up to a row that cannot be read.
    static std::exception_ptr readInto(std::vector<Pending>& all, const Readers& readers,
                                       const RowBatch& batch) {
        try {
            for (const RowView row : batch) {
                Pending one;
                if (row.isTombstone())
                    one.key.emplace(readers.key(row));
                else
                    one.row.emplace(readers.row(row));
                if constexpr (!keyIsMember) {
                    if (one.row) one.key.emplace(readers.key(row));
                }
                all.push_back(std::move(one));
            }
        } catch (...) {
            return std::current_exception();
        }
        return nullptr;
    }

    static void add(Map& map, Pending& one) {
        Key key = keyOf(one);  // a copy: the row is moved in the same call
        map.emplace(std::move(key), std::move(*one.row));
    }

    void take(Pending& one) {
        const Key& key = keyOf(one);
        Map& map = target();
        const auto known = map.find(key);
        if (!one.row) {
            if (known == map.end()) return;
            if (callbacks_.onDelete && !isAnew_)
                changes_.push_back({key, std::move(known->second), std::nullopt});
            map.erase(known);
            return;
        }
        if (!pulled_.empty()) {
            const auto awaited = pulled_.find(key);
            if (awaited != pulled_.end() && Same<T>::check(awaited->second, *one.row))
                pulled_.erase(awaited);
        }
        if (known == map.end()) {
            if (callbacks_.onInsert && !isAnew_) changes_.push_back({key, std::nullopt, *one.row});
            add(map, one);
            return;
        }
        if (callbacks_.onUpdate && !isAnew_ && !Same<T>::check(known->second, *one.row))
            changes_.push_back({key, std::move(known->second), *one.row});
        known->second = std::move(*one.row);
    }

    void tell(const Change& change) {
        if (!change.before)
            call("onInsert", callbacks_.onInsert, change.key, *change.after);
        else if (!change.after)
            call("onDelete", callbacks_.onDelete, change.key, *change.before);
        else
            call("onUpdate", callbacks_.onUpdate, change.key, *change.before, *change.after);
    }
    template <class F, class... A>
    void call(const char* name, const F& callback, const A&... arguments) {
        if (callback && !isSilent()) callNamed(name, callback, arguments...);
    }

    const ChangeCallbacks<Key, T> callbacks_;

    // The query's thread's. Their memory is used again, batch after batch.
    std::optional<Readers> readers_;
    std::vector<Pending> pending_;
    std::vector<Change> changes_;
    bool isSwapped_ = false;  // fresh_ holds what was known before

    std::optional<Readers> checkReaders_;  // the pull query's thread's

    mutable WriterFirstMutex mutex_;  // taken once a batch, for what follows
    Map rows_;                        // what readers see
    Map fresh_;                       // what a query has brought that began anew
    Map pulled_;                      // what a pull query has found and has not come yet
    Map formerPulled_;                // the same of the one before
    bool hasBegun_ = false;
    bool isAnew_ = false;
};

}  // namespace ksqldb::detail
