#pragma once
#include <ksqldb/error.h>
#include <ksqldb/export.h>
#include <ksqldb/from_value.h>
#include <ksqldb/row.h>

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

namespace ksqldb {

/// @defgroup typed Rows as structs
/// @ingroup values
///
/// Rows as types of the application's own.
///
/// - A struct is bound by name: it lists its members and their columns in ksqldbFields().
/// - A std::tuple is bound by position, for its parts have no names.
///
/// Either is matched once, when the header comes. After that no name is looked up, and nothing is
/// allocated but what the members themselves need. Members may be all that from_value.h lists, save
/// std::string_view.
///
/// A delete on a table never becomes a struct or a tuple, because its columns are null where a
/// value is expected. Results leave it out. Streams give it to `onDelete` (client.h) as a RowView.
///
///     struct Rating {
///         std::int64_t id;
///         std::optional<std::string> message;
///         static constexpr auto ksqldbFields() {
///             return ksqldb::fields(ksqldb::key("RATING_ID", &Rating::id),
///                                   ksqldb::field("MESSAGE", &Rating::message));
///         }
///     };
///
/// @{

/// A column and the member that it is read into, or written from.
template <class T, class M>
struct Field {
    std::string_view column;
    M T::*member;
    bool isKey;
};

/// Binds a member to a column of exactly this name, case included.
template <class T, class M>
constexpr Field<T, M> field(std::string_view column, M T::*member) {
    return {column, member, false};
}
/// The same as field(). It tells readers of the code that the column belongs to the key; no header
/// is checked for that, because those of push queries do not mark keys.
template <class T, class M>
constexpr Field<T, M> key(std::string_view column, M T::*member) {
    return {column, member, true};
}
/// Lists what field() and key() made.
template <class... F>
constexpr std::tuple<F...> fields(F... f) {
    return {f...};
}

/// Where the list of T's fields comes from: T::ksqldbFields(). For a type that cannot have this
/// member, specialise it with `static constexpr auto get() { return fields(…); }`.
/// - T needs a default constructor.
/// - Columns, and fields of a STRUCT, that are not in the list are ignored, so a struct may have
///   fewer members than the row has columns.
template <class T, class = void>
struct RowMapping;
template <class T>
struct RowMapping<T, std::void_t<decltype(T::ksqldbFields())>> {
    static constexpr auto get() { return T::ksqldbFields(); }
};

namespace detail {

template <class T, class = void>
struct IsMapped : std::false_type {};
template <class T>
struct IsMapped<T, std::void_t<decltype(RowMapping<T>::get())>> : std::true_type {};

template <class T, class = void>
struct HasKind : std::false_type {};
template <class T>
struct HasKind<T, std::void_t<decltype(FromValue<T>::kind)>> : std::true_type {};

template <class F>
struct MemberOf;
template <class T, class M>
struct MemberOf<Field<T, M>> {
    using type = M;
};

/// Collects what does not fit, so that one Error can tell all of it.
class KSQLDB_API Mismatches {
public:
    void wrongKind(const std::string& where, const Type& found, TypeKind wanted);
    void missingColumn(const Schema& schema, std::string_view name);
    void missingField(const Type& type, const std::string& where, std::string_view name);
    void twice(const std::string& where);
    void wrongCount(std::size_t found, std::size_t wanted);
    /// Throws Error(RowMismatch) if anything was added.
    void throwIfAny(const Schema& schema) const;

    /// For members whose column is missing: fits everything.
    static const Type& anyType() noexcept;

private:
    std::string text_;
};

/// Whether a column of this type can be read as that kind: the same kind, INTEGER and BIGINT as
/// each other (a value that does not fit is told when it comes), INTEGER as DOUBLE.
KSQLDB_API bool fits(const Type& type, TypeKind wanted) noexcept;

/// Reads a T; knows what the match with the column's type has found out.
template <class T, class = void>
class ValueReader {
    static_assert(!std::is_same_v<T, std::string_view>,
                  "a string_view in a typed row would dangle: use std::string");

public:
    ValueReader(const Type& type, const std::string& where, Mismatches& mismatches) {
        if constexpr (HasKind<T>::value) {
            if (!fits(type, FromValue<T>::kind))
                mismatches.wrongKind(where, type, FromValue<T>::kind);
        }
    }
    T operator()(const ValueView& value) const { return FromValue<T>::read(value); }
};

template <class T>
class ValueReader<std::optional<T>> {
public:
    ValueReader(const Type& type, const std::string& where, Mismatches& mismatches)
        : inner_(type, where, mismatches) {}
    std::optional<T> operator()(const ValueView& value) const {
        if (value.isNull()) return std::nullopt;
        return inner_(value);
    }

private:
    ValueReader<T> inner_;
};

/// The type of a part, if the whole is of the kind that has such parts.
template <class GetPart>
const Type& partType(const Type& whole, TypeKind wanted, const std::string& where,
                     Mismatches& mismatches, GetPart getPart) {
    if (whole.kind() == wanted) return getPart(whole);
    if (whole.kind() != TypeKind::Unknown) mismatches.wrongKind(where, whole, wanted);
    return Mismatches::anyType();
}

template <class T>
class ValueReader<std::vector<T>, std::enable_if_t<!HasKind<std::vector<T>>::value>> {
public:
    ValueReader(const Type& type, const std::string& where, Mismatches& mismatches)
        : inner_(partType(type, TypeKind::Array, where, mismatches,
                          [](const Type& t) -> const Type& { return t.element(); }),
                 where + "[]", mismatches) {}
    std::vector<T> operator()(const ValueView& value) const {
        std::vector<T> out;
        const std::size_t n = value.size();
        out.reserve(n);
        for (std::size_t i = 0; i < n; ++i) out.push_back(inner_(value[i]));
        return out;
    }

private:
    ValueReader<T> inner_;
};

template <class Map>
class MapReader {
    using K = typename Map::key_type;
    using V = typename Map::mapped_type;

public:
    MapReader(const Type& type, const std::string& where, Mismatches& mismatches)
        : key_(partType(type, TypeKind::Map, where, mismatches,
                        [](const Type& t) -> const Type& { return t.key(); }),
               where + "'s key", mismatches),
          value_(type.kind() == TypeKind::Map ? type.element() : Mismatches::anyType(),
                 where + "'s value", mismatches) {}
    Map operator()(const ValueView& value) const {
        Map out;
        const std::size_t n = value.size();
        for (std::size_t i = 0; i < n; ++i) out.emplace(key_(value.key(i)), value_(value[i]));
        return out;
    }

private:
    ValueReader<K> key_;
    ValueReader<V> value_;
};
template <class K, class V>
class ValueReader<std::map<K, V>> : public MapReader<std::map<K, V>> {
public:
    using MapReader<std::map<K, V>>::MapReader;
};
template <class K, class V>
class ValueReader<std::unordered_map<K, V>> : public MapReader<std::unordered_map<K, V>> {
public:
    using MapReader<std::unordered_map<K, V>>::MapReader;
};

/// Reads the members of a mapped struct, from the columns of a row or the fields of a STRUCT.
template <class T>
class MemberReader {
    static constexpr auto fields_ = RowMapping<T>::get();
    static constexpr std::size_t count_ = std::tuple_size_v<std::decay_t<decltype(fields_)>>;

    template <std::size_t I>
    using Member =
        typename MemberOf<std::tuple_element_t<I, std::decay_t<decltype(fields_)>>>::type;
    template <class Indices>
    struct ReadersOf;
    template <std::size_t... I>
    struct ReadersOf<std::index_sequence<I...>> {
        using type = std::tuple<ValueReader<Member<I>>...>;
    };
    using Indices = std::make_index_sequence<count_>;

public:
    /// `find(name)` gives {index, type}; the type of one that is missing is anyType().
    template <class Find>
    MemberReader(Find find, const std::string& where, Mismatches& mismatches)
        : MemberReader(findAll(find, Indices()), where, mismatches, Indices()) {}

    template <class Parts>
    T read(const Parts& parts) const {
        return read(parts, Indices());
    }
    T readByName(const ValueView& value) const { return readByName(value, Indices()); }

private:
    using Found = std::array<std::pair<std::size_t, const Type*>, count_>;

    template <class Find, std::size_t... I>
    static Found findAll(Find& find, std::index_sequence<I...>) {
        return {find(std::get<I>(fields_).column)...};
    }
    template <std::size_t... I>
    MemberReader(const Found& found, const std::string& where, Mismatches& mismatches,
                 std::index_sequence<I...>)
        : index_{found[I].first...},
          // In braces they are made in order, and mismatches listed so.
          readers_{ValueReader<Member<I>>(
              *found[I].second, where + std::string(std::get<I>(fields_).column), mismatches)...} {}
    template <class Parts, std::size_t... I>
    T read(const Parts& parts, std::index_sequence<I...>) const {
        T out{};
        ((out.*(std::get<I>(fields_).member) = std::get<I>(readers_)(parts[index_[I]])), ...);
        return out;
    }

    template <std::size_t... I>
    T readByName(const ValueView& value, std::index_sequence<I...>) const {
        T out{};
        ((out.*(std::get<I>(fields_).member) =
              std::get<I>(readers_)(value[std::get<I>(fields_).column])),
         ...);
        return out;
    }

    std::array<std::size_t, count_> index_;
    typename ReadersOf<Indices>::type readers_;
};

/// A mapped struct inside a row: a STRUCT. Of an unknown type the fields' places are only known
/// when a value comes, so there each is looked up by its name.
template <class T>
class ValueReader<T, std::enable_if_t<IsMapped<T>::value>> {
public:
    ValueReader(const Type& type, const std::string& where, Mismatches& mismatches)
        : members_(
              [&](std::string_view name) -> std::pair<std::size_t, const Type*> {
                  const auto i = type.fieldIndex(name);
                  if (i) return {*i, &type.field(*i)};
                  if (type.kind() == TypeKind::Struct) mismatches.missingField(type, where, name);
                  return {0, &Mismatches::anyType()};
              },
              where + "->", mismatches),
          isUnknown_(type.kind() == TypeKind::Unknown) {
        partType(type, TypeKind::Struct, where, mismatches,
                 [](const Type& t) -> const Type& { return t; });
    }
    T operator()(const ValueView& value) const {
        return isUnknown_ ? members_.readByName(value) : members_.read(value);
    }

private:
    MemberReader<T> members_;
    bool isUnknown_;
};

}  // namespace detail

/// A mapped struct that is read from a STRUCT by itself: row.get<Address>("ADDRESS"). Each of its
/// fields is looked up by name.
template <class T>
struct FromValue<T, std::enable_if_t<detail::IsMapped<T>::value>> {
    static T read(const ValueView& value) {
        return std::apply(
            [&](const auto&... field) {
                T out{};
                ((out.*(field.member) =
                      FromValue<std::decay_t<decltype(out.*(field.member))>>::read(
                          value[field.column])),
                 ...);
                return out;
            },
            RowMapping<T>::get());
    }
};

/// Reads rows with the same columns as Ts. It is made once and matches T against the columns.
/// Errors: the constructor throws Error(RowMismatch), which lists all that does not fit; reading
/// throws what the values throw, for example Error(UnexpectedNull) for a null where the member is
/// no std::optional. *thread-safe*
template <class T, class = void>
class RowReader {
    static_assert(detail::IsMapped<T>::value,
                  "T has neither ksqldbFields() nor a specialisation of ksqldb::RowMapping");

public:
    explicit RowReader(const Schema& schema) : RowReader(schema, detail::Mismatches()) {}
    T operator()(const RowView& row) const { return members_.read(row); }

private:
    RowReader(const Schema& schema, detail::Mismatches mismatches)
        : members_(
              [&](std::string_view name) -> std::pair<std::size_t, const Type*> {
                  const auto i = schema.indexOf(name);
                  if (!i) {
                      mismatches.missingColumn(schema, name);
                      return {0, &detail::Mismatches::anyType()};
                  }
                  for (std::size_t other = *i + 1; other < schema.size(); ++other)
                      if (schema[other].name == name) mismatches.twice(std::string(name));
                  return {*i, &schema[*i].type};
              },
              std::string(), mismatches) {
        mismatches.throwIfAny(schema);
    }

    detail::MemberReader<T> members_;
};

template <class... A>
class RowReader<std::tuple<A...>> {
public:
    explicit RowReader(const Schema& schema)
        : RowReader(schema, detail::Mismatches(), std::index_sequence_for<A...>()) {}
    std::tuple<A...> operator()(const RowView& row) const {
        return read(row, std::index_sequence_for<A...>());
    }

private:
    template <std::size_t... I>
    RowReader(const Schema& schema, detail::Mismatches mismatches, std::index_sequence<I...>)
        : readers_{detail::ValueReader<A>(
              I < schema.size() ? schema[I].type : detail::Mismatches::anyType(),
              I < schema.size() ? schema[I].name : std::string(), mismatches)...} {
        if (schema.size() != sizeof...(A)) mismatches.wrongCount(schema.size(), sizeof...(A));
        mismatches.throwIfAny(schema);
    }
    template <std::size_t... I>
    std::tuple<A...> read(const RowView& row, std::index_sequence<I...>) const {
        return std::tuple<A...>{std::get<I>(readers_)(row[I])...};
    }

    std::tuple<detail::ValueReader<A>...> readers_;
};

/// @}

}  // namespace ksqldb
