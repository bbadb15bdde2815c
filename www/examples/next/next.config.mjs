/** @type {import('next').NextConfig} */
export default { reactStrictMode: true, devIndicators: false, experimental: { externalDir: true } };
