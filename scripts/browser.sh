#!/bin/sh
# Chromium and a Chinese font for the browser tests: installed where apt may be used, named where not.
if command -v chromium >/dev/null 2>&1 && fc-list 2>/dev/null | grep -qi cjk; then exit 0; fi
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    echo "[dev] 安装 Chromium 与中文字体（约 1 分钟）"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk fontconfig >/dev/null && exit 0
fi
echo "浏览器测试需要系统软件包 chromium 与 fonts-noto-cjk，请自行安装；现在先跳过这些测试。"
exit 0
