# An overlay port: it builds the clone in which it lies.
get_filename_component(SOURCE_PATH "${CMAKE_CURRENT_LIST_DIR}/../../../.." ABSOLUTE)

set(WITH_SPDLOG FALSE)
set(SPDLOG_OPTION -Dspdlog=disabled)
if("spdlog" IN_LIST FEATURES)
  set(WITH_SPDLOG TRUE)
  set(SPDLOG_OPTION -Dspdlog=enabled)
endif()

vcpkg_configure_meson(
  SOURCE_PATH "${SOURCE_PATH}"
  OPTIONS
    -Ddocs=disabled
    -Dgui=disabled
    -Dlocal_server=disabled
    -Dsamples=disabled
    -Dshell=disabled
    -Dtests=disabled
    ${SPDLOG_OPTION}
)
vcpkg_install_meson()
vcpkg_fixup_pkgconfig()

# vcpkg has a release and a debug build in one tree, and a place of its own for files of CMake.
set(version_file "${CURRENT_PACKAGES_DIR}/lib/cmake/ksqldb/ksqldb-config-version.cmake")
file(COPY "${version_file}" DESTINATION "${CURRENT_PACKAGES_DIR}/share/ksqldb")
configure_file("${CMAKE_CURRENT_LIST_DIR}/ksqldb-config.cmake.in"
  "${CURRENT_PACKAGES_DIR}/share/ksqldb/ksqldb-config.cmake" @ONLY)
file(REMOVE_RECURSE
  "${CURRENT_PACKAGES_DIR}/debug/include"
  "${CURRENT_PACKAGES_DIR}/debug/lib/cmake"
  "${CURRENT_PACKAGES_DIR}/debug/share"
  "${CURRENT_PACKAGES_DIR}/lib/cmake"
  "${CURRENT_PACKAGES_DIR}/share/doc"
)

file(INSTALL "${CMAKE_CURRENT_LIST_DIR}/usage" DESTINATION "${CURRENT_PACKAGES_DIR}/share/${PORT}")
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")
